import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeClock } from '../testing.ts';
import { inCluster } from './in-cluster.ts';
import { loadCluster } from './load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function write(name: string, content: object | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : dump(content));
  return path;
}

/** A kubeconfig with one user. */
function config(user: object, cluster: object = {}): object {
  return {
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server: 'https://api:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'home' } }],
  };
}

describe('a kubeconfig', () => {
  test('gives the cluster and its credentials, from data or from files beside it', async () => {
    await write('ca.pem', 'CA');
    await write('cert.pem', 'CERT');
    const user = { 'client-certificate': 'cert.pem', 'client-key-data': base64('KEY') };
    const kubeconfig = await write(
      'config',
      config(user, { 'certificate-authority': 'ca.pem', 'tls-server-name': 'name' }),
    );
    expect(await loadCluster({ kubeconfig, env: {} })).toMatchObject({
      server: 'https://api:6443',
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      serverName: 'name',
      namespace: 'home',
      inCluster: false,
      kubeconfig: { path: kubeconfig, context: 'here' },
    });
  });

  test.each([
    [{ token: 't' }, 'Bearer t'],
    [{ username: 'a', password: 'b' }, `Basic ${base64('a:b')}`],
    [{}, undefined],
  ])('authorises with %j', async (user, authorization) => {
    const cluster = await loadCluster({ kubeconfig: await write('config', config(user)), env: {} });
    expect(await cluster.credentials(false)).toEqual({ authorization });
  });

  test('reads a token file again after a minute, or when the token was refused', async () => {
    const clock = fakeClock();
    await write('token', 'one\n');
    const cluster = await loadCluster({
      kubeconfig: await write('config', config({ tokenFile: 'token' })),
      env: {},
      clock,
    });
    const now = async (refused = false) => (await cluster.credentials(refused)).authorization;
    expect(await now()).toBe('Bearer one');
    await write('token', 'two\n');
    clock.advance(59_000);
    expect(await now()).toBe('Bearer one');
    clock.advance(1_000);
    expect(await now()).toBe('Bearer two');
    await write('token', 'three\n');
    expect(await now(true)).toBe('Bearer three');
  });

  test('may be several files, of which the first that knows a name counts', async () => {
    const first = await write('first', {
      contexts: [{ name: 'there', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'first' } }],
    });
    const second = await write('second', config({ token: 'second' }));
    const cluster = await loadCluster({
      env: { KUBECONFIG: [first, second].join(delimiter) },
      context: 'there',
    });
    expect(cluster).toMatchObject({
      server: 'https://api:6443',
      namespace: 'default',
      kubeconfig: { path: first, context: 'there' },
    });
    expect(await cluster.credentials(false)).toEqual({ authorization: 'Bearer first' });
  });

  test('runs the plugin that it names', async () => {
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'plugged' },
    };
    const answer = await write('answer.json', JSON.stringify(credential));
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'cat',
      args: [answer],
      interactiveMode: 'Never',
    };
    const cluster = await loadCluster({ kubeconfig: await write('config', config({ exec })), env: {} });
    expect(await cluster.credentials(false)).toEqual({ authorization: 'Bearer plugged' });
  });

  test.each([
    ['as', { as: 'somebody' }, {}],
    ['as-groups', { 'as-groups': ['some'] }, {}],
    ['proxy-url', {}, { 'proxy-url': 'http://proxy:3128' }],
  ])('is not obeyed in part: what asks for "%s" is refused', async (field, user, cluster) => {
    const kubeconfig = await write('config', config({ token: 't', ...user }, cluster));
    await expect(loadCluster({ kubeconfig, env: {} })).rejects.toThrow(`asks for "${field}"`);
  });

  test.each([
    ['has no context named "away"', { context: 'away' }],
    ['no such file', { kubeconfig: '/nowhere/config' }],
  ])('that is of no use says so: %s', async (message, options) => {
    const kubeconfig = await write('config', config({}));
    await expect(loadCluster({ kubeconfig, env: {}, ...options })).rejects.toThrow(message);
  });
});

test('a pod finds its own cluster, and its token is read again as it is rotated', async () => {
  const account = join(folder, 'account');
  await mkdir(account);
  const clock = fakeClock();
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  expect(await inCluster(env, clock, account)).toBeUndefined();
  await Promise.all([
    writeFile(join(account, 'token'), 'one'),
    writeFile(join(account, 'ca.crt'), 'CA'),
    writeFile(join(account, 'namespace'), 'hearth-system\n'),
  ]);
  const cluster = await inCluster(env, clock, account);
  expect(cluster).toMatchObject({
    server: 'https://[fd00::1]:443',
    ca: 'CA',
    namespace: 'hearth-system',
    inCluster: true,
  });
  expect(await cluster?.credentials(false)).toEqual({ authorization: 'Bearer one' });
  await writeFile(join(account, 'token'), 'two');
  clock.advance(60_000);
  expect(await cluster?.credentials(false)).toEqual({ authorization: 'Bearer two' });
  expect(await inCluster({}, clock, account)).toBeUndefined();
});
