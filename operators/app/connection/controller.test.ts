import { App, AppDefinition, Connection } from '@hearth/domain';
import { type Resource, Secret } from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { decodeSecret, encodeSecret } from '../binding.ts';
import { connectionController } from './controller.ts';

const provides = [
  { kind: 'Connection', name: 'a', role: 'mediaServer', scheme: 'http', port: 'web' },
  { kind: 'Connection', name: 'b', role: 'downloadClient', scheme: 'https', port: 'api', apiKey: 'key' },
  {
    kind: 'SSOClient',
    name: 'c',
    strategies: ['ldap'],
    port: 'api',
    admin: { username: 'admin', secret: 'root' },
  },
  { kind: 'Connection', name: 'd', role: 'directory', scheme: 'ldap', port: 'api', apiKey: 'root' },
];
const definition = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'torrents' },
  spec: {
    workloads: [
      {
        name: 'app',
        ports: [
          { name: 'web', port: 8080 },
          { name: 'api', port: 9091 },
        ],
      },
    ],
    provides,
  },
};
const providers = 'hearth-providers';
const app = (status: 'True' | 'False' = 'True', spec: object = {}) => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { namespace: providers, name: 'torrents', uid: 'torrents' },
  spec: { definition: 'torrents', share: { namespaces: ['*'] }, ...spec },
  status: { conditions: [{ type: 'Ready', status, reason: 'Starting', message: 'app is starting.' }] },
});
const secret = (name: string, data: Record<string, string>, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: Secret.kind,
  metadata: { namespace: providers, name, labels },
  data: encodeSecret(data),
});
const generated = secret(
  'torrents-secrets',
  { key: 'k1', root: 'r1' },
  {
    'app.kubernetes.io/instance': 'torrents',
  },
);
const connection = (role: string, namespace = 'home', spec: object = {}) => ({
  apiVersion: Connection.apiVersion,
  kind: Connection.kind,
  metadata: { namespace, name: 'shows-peer', uid: 'shows-peer', generation: 1 },
  spec: { providerRef: { namespace: providers, name: 'torrents' }, role, ...spec },
});

const cluster = (...objects: readonly Resource[]) =>
  fakeContext({ objects: [definition, ...objects], indexes: connectionController.indexes ?? [] });

async function reconcile(context: FakeContext, namespace = 'home') {
  const key = { namespace, name: 'shows-peer' };
  const object = context.read.get(Connection, key);
  if (object === undefined) throw new Error('there is no Connection');
  try {
    const outcome = await connectionController.reconcile(object as Connection, context);
    await context.act.patch(Connection, key, { status: { ...outcome.status } });
    return outcome;
  } catch (error) {
    return error;
  }
}

const bound = (context: FakeContext, name = 'shows-peer-binding', namespace = 'home') =>
  decodeSecret(context.read.get(Secret, { namespace, name }));
const at = 'torrents.hearth-providers.svc.cluster.local';

describe('a Connection', () => {
  test('gives the address of the role’s port, and the key', async () => {
    const context = cluster(app(), generated, connection('downloadClient'));
    expect(await reconcile(context)).toMatchObject({
      type: 'ready',
      status: { binding: { name: 'shows-peer-binding' }, bindingHash: expect.any(String) },
    });
    expect(bound(context)).toEqual({
      type: 'connection',
      provider: 'torrents',
      role: 'downloadClient',
      url: `https://${at}:9091`,
      apiKey: 'k1',
    });
  });

  test('gives no key where none is needed', async () => {
    const context = cluster(app(), connection('mediaServer'));
    await reconcile(context);
    expect(bound(context)).toMatchObject({ url: `http://${at}:8080` });
    expect(bound(context)).not.toHaveProperty('apiKey');
  });

  test('waits for the other app to work, and gives nothing before', async () => {
    const context = cluster(app('False'), generated, connection('downloadClient'));
    expect(await reconcile(context)).toMatchObject({ name: 'Waiting', reason: 'ProviderNotReady' });
    expect(context.applied).toEqual([]);
  });

  test('takes nothing back while the other app is away, and says so', async () => {
    const context = cluster(app(), generated, connection('downloadClient'));
    await reconcile(context);
    await context.act.patch(App, app().metadata, { status: app('False').status });
    await context.act.patch(Secret, generated.metadata, { data: encodeSecret({ key: 'k2' }) });
    expect(await reconcile(context)).toMatchObject({ type: 'waiting', reason: 'ProviderNotReady' });
    expect(bound(context)).toMatchObject({ apiKey: 'k2' });
  });

  test('changes its digest with its key, and only then', async () => {
    const context = cluster(app(), generated, connection('downloadClient'));
    const hashes = [await reconcile(context), await reconcile(context)];
    await context.act.patch(Secret, generated.metadata, { data: encodeSecret({ key: 'k2' }) });
    hashes.push(await reconcile(context));
    const [first, second, third] = (hashes as { status: { bindingHash: string } }[]).map(
      ({ status }) => status.bindingHash,
    );
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('moves to another Secret when it is told to', async () => {
    const context = cluster(app(), generated, connection('downloadClient'));
    await reconcile(context);
    await context.act.patch(Connection, connection('x').metadata, { spec: { secretName: 'torrents' } });
    await reconcile(context);
    expect(bound(context)).toBeUndefined();
    expect(bound(context, 'torrents')).toMatchObject({ apiKey: 'k1' });
  });

  test('reads the key of an App that runs elsewhere from its Secret, now and again', async () => {
    const external = {
      host: 'nas.lan',
      ports: [{ name: 'api', port: 443 }],
      credentialsSecret: 'nas',
    };
    const context = cluster(
      app('True', { external }),
      secret('nas', { apiKey: 'k9' }),
      connection('downloadClient'),
    );
    expect(await reconcile(context)).toMatchObject({ type: 'ready', after: 600_000 });
    expect(bound(context)).toMatchObject({ url: 'https://nas.lan:443', apiKey: 'k9' });
  });

  test('gives the key of an admin account to its own namespace alone', async () => {
    const stranger = cluster(app(), generated, connection('directory'));
    expect(await reconcile(stranger)).toMatchObject({ name: 'Stalled', reason: 'KeyIsAdmins' });
    expect(stranger.applied).toEqual([]);
    const own = cluster(app(), generated, connection('directory', providers));
    expect(await reconcile(own, providers)).toMatchObject({ type: 'ready' });
    expect(bound(own, 'shows-peer-binding', providers)).toMatchObject({
      url: `ldap://${at}:9091`,
      apiKey: 'r1',
    });
  });

  test.each([
    ['is not what is asked for', [app()], 'tvShows', { name: 'Stalled', reason: 'NotAProvider' }],
    ['is not there', [], 'downloadClient', { name: 'Waiting', reason: 'ProviderMissing' }],
    ['has no key yet', [app()], 'downloadClient', { name: 'Waiting', reason: 'ProviderStarting' }],
  ])('says that the other app %s', async (_, objects, role, outcome) => {
    expect(await reconcile(cluster(...objects, connection(role)))).toMatchObject(outcome);
  });

  test('is woken by its provider, the definition of that, and its secrets', () => {
    const context = cluster(app(), generated, connection('downloadClient'));
    const key = { namespace: 'home', name: 'shows-peer' };
    const woken = (object: Resource) =>
      connectionController.watches?.find(({ kind }) => kind.kind === object.kind)?.keys(object, context.read);
    expect(woken(app())).toEqual([key]);
    expect(woken(definition)).toEqual([key]);
    expect(woken(generated)).toEqual([key]);
    expect(woken(secret('torrents-env', {}, { 'app.kubernetes.io/instance': 'torrents' }))).toEqual([]);
  });
});
