import { NixOSConfiguration } from '@hearth/domain';
import { type Immutable, Secret, type SecretObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { createGiving, withdraw } from './files.ts';
import { applyOf, assignmentOf, machineWith } from './testing/machine.ts';

const namespace = 'hearth-machines';
const own = { namespace, name: 'machine-kitchen-files' };
const giving = createGiving(async () => Buffer.from('key of digests'));

const configuration = (files: object[], more: object = {}): Immutable<NixOSConfiguration> => ({
  apiVersion: NixOSConfiguration.apiVersion,
  kind: NixOSConfiguration.kind,
  metadata: { name: 'home', namespace },
  spec: NixOSConfiguration.spec.parse({ flake: { url: 'github:example/home' }, files, ...more }),
});
const secret = (name: string, data: Record<string, string>): SecretObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData: data,
});
const wifi = { path: 'wifi/psk', secretKeyRef: { name: 'wifi', key: 'psk' } };

/** A cluster with these objects; Secrets as the server has them. */
async function cluster(...secrets: SecretObject[]) {
  const context = fakeContext();
  for (const each of secrets) await context.act.create(each);
  return context;
}

const dataOf = ({ read }: Awaited<ReturnType<typeof cluster>>) =>
  Object.fromEntries(
    Object.entries(read.get(Secret, own)?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );

test('files come from a text, a Secret and what the machine says', async () => {
  const context = await cluster(secret('wifi', { psk: 'correct horse' }));
  const files = [
    { path: 'motd', content: 'Welcome.' },
    wifi,
    { path: 'name', fact: 'hostname' },
    { path: 'id', fact: 'machineId' },
    { path: 'ip', fact: 'addresses' },
    { path: 'memory', fact: 'memoryBytes' },
  ];
  const given = await giving.look(configuration(files), machineWith(), context);
  expect(context.created).toHaveLength(1);
  await giving.give(configuration(files), machineWith(), context);
  const data = dataOf(context);
  const contents = given.files.map(({ path, key }) => [path, data[key]]);
  expect(Object.fromEntries(contents)).toEqual({
    motd: 'Welcome.',
    'wifi/psk': 'correct horse',
    name: 'kitchen',
    id: '0123456789abcdef0123456789abcdef',
    ip: '192.168.1.20',
    memory: '8000000000',
  });
  expect(given.credentials).toBe(false);
});

test('a digest says that the content changed, and nothing of what it is', async () => {
  const look = async (psk: string) =>
    (await giving.look(configuration([wifi]), machineWith(), await cluster(secret('wifi', { psk }))))
      .files[0];
  const [one, same, other] = [await look('a'), await look('a'), await look('b')];
  expect(one).toEqual(same);
  expect(one?.digest).not.toBe(other?.digest);
  const elsewhere = createGiving(async () => Buffer.from('another key'));
  const there = await elsewhere.look(
    configuration([wifi]),
    machineWith(),
    await cluster(secret('wifi', { psk: 'a' })),
  );
  expect(there.files[0]?.digest).not.toBe(one?.digest);
});

test('new content stands beside the old until the machine has changed over', async () => {
  const context = await cluster();
  const [old, young] = [
    configuration([{ path: 'motd', content: 'old' }]),
    configuration([{ path: 'motd', content: 'new' }]),
  ];
  await giving.give(old, machineWith(), context);
  const { files } = await giving.look(old, machineWith(), context);
  const assigned = (given: typeof files, phase: 'Done' | 'Building') =>
    machineWith({
      spec: { assignment: assignmentOf({ files: [...given] }) },
      agent: { mode: 'System', apply: applyOf(phase) },
    });
  await giving.give(young, assigned(files, 'Done'), context);
  expect(Object.values(dataOf(context)).toSorted()).toEqual(['new', 'old']);

  const next = (await giving.look(young, machineWith(), context)).files;
  await giving.give(young, assigned(next, 'Building'), context);
  expect(Object.values(dataOf(context)).toSorted()).toEqual(['new', 'old']);
  await giving.give(young, assigned(next, 'Done'), context);
  expect(Object.values(dataOf(context))).toEqual(['new']);
  const writes = context.patched.length;
  await giving.give(young, assigned(next, 'Done'), context);
  expect(context.patched).toHaveLength(writes);
});

test('credentials go with the files, and only those that are known', async () => {
  const context = await cluster(secret('forge', { username: 'hearth', password: 'token', else: 'no' }));
  const asking = configuration([], { credentialsRef: { name: 'forge' } });
  expect(await giving.look(asking, machineWith(), context)).toEqual({ files: [], credentials: true });
  await giving.give(asking, machineWith(), context);
  expect(dataOf(context)).toEqual({ 'credentials.username': 'hearth', 'credentials.password': 'token' });
  await giving.give(configuration([]), machineWith(), context);
  expect(dataOf(context)).toEqual({});
});

test.each([
  ['no Secret', configuration([wifi]), [], 'There is no Secret wifi in hearth-machines.'],
  [
    'no key',
    configuration([wifi]),
    [secret('wifi', {})],
    'Secret wifi has no key psk, which wifi/psk is to be made from.',
  ],
  [
    'no credentials',
    configuration([], { credentialsRef: { name: 'forge' } }),
    [secret('forge', {})],
    'holds no credentials',
  ],
  [
    'no fact',
    configuration([{ path: 'disk', fact: 'diskSerial' }]),
    [],
    'has not said yet what its diskSerial is',
  ],
])('%s: it waits, and says for what', async (_, asking, secrets, message) => {
  await expect(giving.look(asking, machineWith(), await cluster(...secrets))).rejects.toThrow(message);
});

test('a Secret of that name that somebody else made is left alone', async () => {
  const context = await cluster(secret(own.name, { theirs: 'x' }));
  await expect(giving.give(configuration([]), machineWith(), context)).rejects.toThrow(
    'it was not made for this Machine',
  );
  expect(dataOf(context)).toEqual({ theirs: 'x' });
});

test('what a configuration gave goes with it, but for what the machine has still to find', async () => {
  const context = await cluster(secret('forge', { username: 'hearth', password: 'token' }));
  const gave = configuration([{ path: 'motd', content: 'Welcome.' }], { credentialsRef: { name: 'forge' } });
  await giving.give(gave, machineWith(), context);
  const { files } = await giving.look(gave, machineWith(), context);
  const after = (named: typeof files) =>
    machineWith({
      spec: { assignment: assignmentOf({ files: [...named] }) },
      agent: { mode: 'System', apply: applyOf('Done') },
    });
  await withdraw(after(files), 'what no configuration has', context);
  expect(Object.values(dataOf(context))).toEqual(['Welcome.']);
  await withdraw(after([]), 'what no configuration has', context);
  expect(dataOf(context)).toEqual({});

  await giving.give(gave, after(files), context);
  await withdraw(after(files), 'everything', context);
  expect(dataOf(context)).toEqual({});
});

test('nothing is taken out of what somebody else made', async () => {
  const context = await cluster(secret(own.name, { theirs: 'x' }));
  await withdraw(machineWith(), 'everything', context);
  expect(dataOf(context)).toEqual({ theirs: 'x' });
});
