import { App, AppDefinition, Database, Route } from '@hearth/domain';
import { Deployment, Namespace, type Resource, Secret, StatefulSet } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { asApp, inventory } from '../../operators/app/database/testing/server.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { relayTo } from '../harness/relay.ts';
import type { ApiClient } from './api-client.ts';
import { catalogue, openTestHome, type TestHome } from './home.ts';
import { appBecomes, appIsReady, condition, eventually, generations, isGone } from './looking.ts';
import { app, gatewayApp, namespace, postgresApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.apply(gatewayApp(home.gatewayPort), ...postgresApp(server));
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

const inHome = (name: string) => ({ namespace: 'home', name });
const provider = (name: string) => ({ namespace: 'hearth-providers', name });
const restore = async (name: string) =>
  client.apply(...(await catalogue()).filter(({ metadata }) => metadata.name === name));
const tombstones = async (of: string) => {
  const found = await client.list(Secret, 'hearth-providers', 'apps.hearth.dev/retained');
  return found.map(decodeSecret).filter((data) => data?.namespace === of);
};

/** Every object of the suite's in `home` and what tells whether it was touched. */
async function untouched(): Promise<string[]> {
  const lists = [Deployment, StatefulSet, Secret, Database, Route].map((kind) =>
    client.list<Resource>(kind, 'home'),
  );
  return (await Promise.all(lists))
    .flat()
    .map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.uid} ${metadata.generation ?? ''}`);
}

describe('a definition that is deleted', () => {
  test('under a running app tears nothing down, and the App says so until it is back', async () => {
    await client.apply(app('budget', 'actual'));
    await eventually(async () =>
      expect((await client.get(App, inHome('budget')))?.status).toMatchObject({
        url: 'https://budget.hearth.home.arpa',
        ...condition('Ready', { status: 'True' }),
      }),
    );
    const before = await untouched();
    await client.remove(AppDefinition, { name: 'actual' });
    await appBecomes(client, inHome('budget'), { status: 'False', reason: 'DefinitionMissing' });
    expect((await client.get(App, inHome('budget')))?.status).toMatchObject({
      url: 'https://budget.hearth.home.arpa',
      version: '26.9.0',
    });
    expect(await untouched()).toEqual(before);
    await restore('actual');
    await appIsReady(client, inHome('budget'));
    expect(await untouched()).toEqual(before);
  });

  test('under a running provider tears nothing down', async () => {
    await client.apply(app('rss', 'miniflux'));
    await appIsReady(client, inHome('rss'));
    const before = await untouched();
    await client.remove(AppDefinition, { name: 'postgres' });
    await appBecomes(client, provider('postgres'), { status: 'False', reason: 'DefinitionMissing' });
    await appBecomes(client, inHome('rss'), {
      status: 'False',
      reason: 'DatabaseNotReady',
      message: 'db: AppDefinition postgres of App hearth-providers/postgres is not there.',
    });
    expect(await untouched()).toEqual(before);
    await restore('postgres');
    await appIsReady(client, inHome('rss'));
    expect(await untouched()).toEqual(before);
  });

  test('does not keep its App from going', async () => {
    await client.remove(AppDefinition, { name: 'actual' });
    await appBecomes(client, inHome('budget'), { reason: 'DefinitionMissing' });
    await client.patch(App, inHome('budget'), { spec: { deletion: 'Delete' } });
    await client.remove(App, inHome('budget'));
    await isGone(() => client.get(App, inHome('budget')));
    await isGone(() => client.get(StatefulSet, inHome('budget')));
    await restore('actual');
  });
});

describe('an App that is removed and installed again at once', () => {
  test('waits for what the former one left to go, and never stalls on it', async () => {
    await client.apply(app('again', 'miniflux', { deletion: 'Delete' }));
    await appIsReady(client, inHome('again'));
    // The children stay for as long as the test holds them.
    const finalizers = ['test.hearth.dev/slow'];
    await client.patch(Deployment, inHome('again'), { metadata: { finalizers } });
    await client.remove(App, inHome('again'));
    await isGone(() => client.get(App, inHome('again')));
    await client.apply(app('again', 'miniflux', { deletion: 'Delete' }));
    await appBecomes(client, inHome('again'), {
      status: 'False',
      reason: 'Going',
      message: expect.stringMatching(/^Deployment home\/again .*(being|about to be) deleted/),
    });
    expect((await client.get(App, inHome('again')))?.status).not.toMatchObject(condition('Stalled', {}));
    await client.patch(Deployment, inHome('again'), { metadata: { finalizers: null } });
    await appIsReady(client, inHome('again'));
    await client.remove(App, inHome('again'));
    await isGone(() => client.get(App, inHome('again')));
  });
});

describe('a person’s Secret under a name that an App would use', () => {
  test.each([
    ['one', 'env'],
    ['two', 'db-binding'],
    ['three', 'route-binding'],
    ['four', 'route-tls'],
  ])('is left as it is: %s-%s', async (name, suffix) => {
    const secret = inHome(`${name}-${suffix}`);
    await client.apply({
      apiVersion: 'v1',
      kind: Secret.kind,
      metadata: secret,
      stringData: { a: 'b' },
    } as Resource);
    const before = await client.get(Secret, secret);
    await client.apply(app(name, 'miniflux', { deletion: 'Delete' }));
    await appBecomes(client, inHome(name), {
      status: 'False',
      message: expect.stringMatching(new RegExp(`Secret home/${secret.name} .*: (delete|name another)`)),
    });
    expect((await client.get(Secret, secret))?.metadata).toEqual(before?.metadata);
    await client.remove(App, inHome(name));
    await isGone(() => client.get(App, inHome(name)));
    expect((await client.get(Secret, secret))?.metadata.uid).toBe(before?.metadata.uid);
  });
});

describe('a provider that is deleted', () => {
  test('in use keeps serving and says so, and goes with its last user', async () => {
    const before = await generations(client);
    await client.remove(App, provider('postgres'));
    await appBecomes(client, provider('postgres'), {
      status: 'False',
      reason: 'InUse',
      message: 'It is deleted, but serves home/rss until they are gone or use another.',
    });
    await client.patch(App, inHome('rss'), { spec: { settings: { keepDays: 9 } } });
    await eventually(async () =>
      expect(await generations(client)).toEqual({
        ...before,
        'rss-fetcher': (before['rss-fetcher'] ?? 0) + 1,
      }),
    );
    await appIsReady(client, inHome('rss'));
    const binding = decodeSecret(await client.get(Secret, inHome('rss-db-binding')));
    expect(await asApp(server, binding, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await client.remove(App, inHome('rss'));
    await isGone(() => client.get(App, inHome('rss')));
    await isGone(() => client.get(App, provider('postgres')));
    expect(await tombstones('home')).toHaveLength(1);
  });

  test('is not chosen for new apps', async () => {
    await client.apply(...postgresApp(server), app('rss', 'miniflux'));
    await appIsReady(client, inHome('rss'));
    await client.remove(App, provider('postgres'));
    await appBecomes(client, provider('postgres'), { reason: 'InUse' });
    await client.apply(app('second', 'miniflux'));
    await appBecomes(client, inHome('second'), {
      reason: 'ProviderBeingDeleted',
      message: expect.stringContaining('hearth-providers/postgres is being deleted'),
    });
    await client.remove(App, inHome('rss'));
    await client.remove(App, inHome('second'));
    await isGone(() => client.get(App, provider('postgres')));
    await client.apply(...postgresApp(server));
    await appIsReady(client, provider('postgres'));
  });
});

describe('a namespace that is deleted', () => {
  const goes = async (name: string) => {
    await client.remove(Namespace, { name });
    await isGone(() => client.get(Namespace, { name }));
  };

  test('goes with the apps in it; what they had is kept where their provider is', async () => {
    await client.apply(namespace('guest'), app('rss', 'miniflux', { host: 'guest-rss' }, 'guest'));
    await client.apply(app('budget', 'actual', { host: 'guest-budget' }, 'guest'));
    await appIsReady(client, { namespace: 'guest', name: 'rss' });
    await appIsReady(client, { namespace: 'guest', name: 'budget' });
    await goes('guest');
    expect(await tombstones('guest')).toMatchObject([{ database: 'guest_rss_db' }]);
    await appIsReady(client, provider('postgres'));
    await eventually(async () =>
      expect((await client.get(App, provider('postgres')))?.status?.requiredBy ?? []).toEqual([]),
    );
  });

  test('goes with a provider in it that runs elsewhere, and with that provider’s users', async () => {
    const relay = await relayTo(server);
    onTestFinished(relay.close);
    await client.apply(namespace('lab'), ...postgresApp({ ...server, ...relay }, 'own', 'lab'));
    const integrations = [{ name: 'db', providerRef: { namespace: 'lab', name: 'own' } }];
    await client.apply(app('rss', 'miniflux', { host: 'lab-rss', integrations }, 'lab'));
    await appIsReady(client, { namespace: 'lab', name: 'rss' });
    await goes('lab');
  });

  test('goes with a provider in it that runs in it, and with that provider’s users', async () => {
    await client.apply(namespace('den'), app('own', 'postgres', {}, 'den'));
    const integrations = [{ name: 'db', providerRef: { namespace: 'den', name: 'own' } }];
    await client.apply(app('rss', 'miniflux', { host: 'den-rss', integrations }, 'den'));
    await appIsReady(client, { namespace: 'den', name: 'own' });
    await appBecomes(client, { namespace: 'den', name: 'rss' }, { reason: 'DatabaseNotReady' });
    await goes('den');
  });

  test('goes while its apps are still being installed', async () => {
    home.kubelet.hold('attic/rss');
    await client.apply(namespace('attic'), app('rss', 'miniflux', { host: 'attic-rss' }, 'attic'));
    await eventually(async () =>
      expect(await client.get(Deployment, { namespace: 'attic', name: 'rss' })).toBeDefined(),
    );
    await goes('attic');
    expect((await inventory(server)).databases).toContain('attic_rss_db');
  });
});
