import { createHmac } from 'node:crypto';
import { flakeCredentialKeys, type Machine, type NixOSConfiguration } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  isAlreadyExists,
  type Key,
  keyOf,
  type Patch,
  Secret,
  type SecretObject,
  Waiting,
} from '@hearth/runtime';
import type { Given, Giving } from '../assignment.ts';
import { filesSecretName, labels, manager } from '../names.ts';

type File = NonNullable<NixOSConfiguration['spec']['files']>[number];
/** Data of a Secret: base64, by key. */
type Data = Readonly<Record<string, string>>;
type ReadAndAct = Pick<Context, 'read' | 'act'>;

/** Keeps the Secrets of machines. `digestKey` gives the key of the digests. */
export function createGiving(digestKey: (context: Context) => Promise<Buffer>): Giving {
  return {
    async look(configuration, machine, context) {
      return (await render(configuration, machine, context, await digestKey(context))).given;
    },
    async give(configuration, machine, context) {
      const { data } = await render(configuration, machine, context, await digestKey(context));
      await keep(machine, data, context);
    },
  };
}

/** What a configuration has for a machine, and the data of the Secret that brings it. */
async function render(
  { spec, metadata: { namespace } }: Immutable<NixOSConfiguration>,
  machine: Immutable<Machine>,
  context: Pick<Context, 'read'>,
  digestKey: Buffer,
): Promise<{ readonly given: Given; readonly data: Data }> {
  const secretOf = (name: string) => requireSecret({ namespace, name }, context);
  const rendered = await Promise.all(
    (spec.files ?? []).map(async (file) => ({ file, content: await contentOf(file, machine, secretOf) })),
  );
  const data: Record<string, string> = {};
  const files = rendered.map(({ file: { path, mode, owner, group }, content }) => {
    const digest = createHmac('sha256', digestKey).update(content).digest('hex');
    // By its digest: new content stands beside the old.
    const key = `file-${digest}`;
    data[key] = content.toString('base64');
    return { path, key, digest, mode, owner, group };
  });
  const credentials = spec.credentialsRef && credentialsIn(await secretOf(spec.credentialsRef.name));
  return { given: { files, credentials: credentials !== undefined }, data: { ...data, ...credentials } };
}

async function contentOf(
  file: Immutable<File>,
  machine: Immutable<Machine>,
  secretOf: (name: string) => Promise<Immutable<SecretObject>>,
): Promise<Buffer> {
  if (file.content !== undefined) return Buffer.from(file.content);
  if (file.fact !== undefined) return Buffer.from(factOf(file.fact, machine));
  const { name = '', key = '' } = file.secretKeyRef ?? {};
  const content = (await secretOf(name)).data?.[key];
  if (content === undefined)
    throw missing(`Secret ${name} has no key ${key}, which ${file.path} is to be made from.`);
  return Buffer.from(content, 'base64');
}

/** What a machine says of itself, as a file. */
function factOf(fact: NonNullable<File['fact']>, { metadata, spec, status }: Immutable<Machine>): string {
  const facts = status?.agent?.facts;
  switch (fact) {
    case 'hostname':
      return spec.hostname ?? metadata.name;
    case 'machineId':
      return known(fact, facts?.machineId);
    case 'addresses':
      return known(fact, facts?.interfaces.flatMap(({ addresses = [] }) => addresses).join('\n'));
    case 'diskSerial':
      return known(fact, status?.layout?.serial ?? spec.disk?.serial);
    case 'memoryBytes':
      return known(fact, facts?.memoryBytes.toString());
  }
}

function known(fact: string, value: string | undefined): string {
  if (value === undefined) throw missing(`The machine has not said yet what its ${fact} is.`);
  return value;
}

function credentialsIn(secret: Immutable<SecretObject>): Data {
  const found = Object.entries(flakeCredentialKeys).flatMap(([name, key]) => {
    const value = secret.data?.[name];
    return value === undefined ? [] : [[key, value]];
  });
  if (found.length === 0) {
    throw missing(
      `Secret ${secret.metadata.name} holds no credentials: username and password, or ssh-privatekey and known_hosts.`,
    );
  }
  return Object.fromEntries(found);
}

async function requireSecret({ namespace, name }: Key, { read }: Pick<Context, 'read'>) {
  const secret = read.get(Secret, { namespace, name });
  if (!secret) throw missing(`There is no Secret ${name} in ${namespace}.`);
  return secret;
}

const missing = (message: string) => new Waiting('MissingSecret', message);

/**
 * Puts the data into the Secret of a machine, beside what its present assignment names. By a patch that tests what it
 * replaces: two controllers write it.
 */
async function keep(machine: Immutable<Machine>, wanted: Data, { read, act }: ReadAndAct): Promise<void> {
  const key = secretKeyOf(machine);
  const metadata = { ...key, labels: { [labels.managedBy]: manager } };
  const live = read.get(Secret, key);
  if (!live) {
    const secret = {
      apiVersion: Secret.apiVersion,
      kind: Secret.kind,
      metadata,
      type: 'Opaque',
      data: wanted,
    };
    // Not in the cache, and yet there: the next pass sees it.
    await act.create<SecretObject>(secret, { owner: machine }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
      throw new Waiting('SecretChanged', `Secret ${key.name} was made meanwhile.`, { after: 1000 });
    });
    return;
  }
  if (!isOf(machine, live)) {
    throw new Waiting('NotOurs', `Secret ${key.name} is in the way: it was not made for this Machine.`);
  }
  await replace(live, { ...stillNeeded(machine, live.data ?? {}), ...wanted }, act);
}

/**
 * Takes out of the Secret of a machine what nobody has for it any more: all but the files that it has still to find
 * there; `everything`: those too.
 */
export async function withdraw(
  machine: Immutable<Machine>,
  what: 'what no configuration has' | 'everything',
  { read, act }: ReadAndAct,
): Promise<void> {
  const live = read.get(Secret, secretKeyOf(machine));
  if (!live || !isOf(machine, live)) return;
  await replace(live, what === 'everything' ? {} : stillNeeded(machine, live.data ?? {}), act);
}

const secretKeyOf = ({ metadata: { namespace, name } }: Immutable<Machine>): Key => ({
  namespace,
  name: filesSecretName(name),
});

const isOf = (machine: Immutable<Machine>, { metadata }: Immutable<SecretObject>): boolean =>
  metadata.ownerReferences?.[0]?.uid === machine.metadata.uid;

async function replace(live: Immutable<SecretObject>, data: Data, act: Context['act']): Promise<void> {
  if (isSameData(live.data ?? {}, data)) return;
  const patch: Patch = [
    { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    { op: 'add', path: '/data', value: data },
  ];
  await act.patch(Secret, keyOf(live), patch);
}

/** Until it has changed over to what it is assigned, a machine may go back to what it had, and needs that then. */
function stillNeeded({ spec: { assignment }, status }: Immutable<Machine>, data: Data): Data {
  const apply = status?.agent?.apply;
  const isSettled = assignment !== undefined && apply?.id === assignment.id && apply.phase === 'Done';
  const named = new Set((assignment?.files ?? []).map(({ key }) => key));
  return Object.fromEntries(
    Object.entries(data).filter(([key]) => key.startsWith('file-') && (!isSettled || named.has(key))),
  );
}

const isSameData = (one: Data, other: Data): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(other).every(([key, value]) => one[key] === value);
