import { App, Database, Plan } from '@hearth/domain';
import { Deployment, PersistentVolumeClaim, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { asApp, inventory } from '../../operators/app/database/testing/server.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import {
  appBecomes,
  appIsReady,
  childrenOfApp,
  condition,
  eventually,
  generations,
  isGone,
  textOf,
} from './looking.ts';
import { app, definition, gatewayApp, postgresApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.apply(gatewayApp(home.gatewayPort));
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

const rss = { namespace: 'home', name: 'rss' };
const inHome = (name: string) => ({ namespace: 'home', name });
const provider = (name: string) => ({ namespace: 'hearth-providers', name });
const secret = async (name: string, namespace = 'home') =>
  decodeSecret(await client.get(Secret, { namespace, name }));
const plansOf = (name: string) => client.list(Plan, 'home', `app.kubernetes.io/instance=${name}`);

const childrenOf = async (name: string) => (await childrenOfApp(client, name)).map(textOf);

describe('without a provider', () => {
  test('a required one is installed first, and says for whom', async () => {
    home.kubelet.hold('hearth-providers/postgres');
    await client.apply(app('rss', 'miniflux'));
    await appBecomes(client, rss, {
      status: 'False',
      reason: 'DatabaseNotReady',
      message: 'db: App hearth-providers/postgres is not ready: postgres is starting.',
    });
    const installed = await client.get(App, provider('postgres'));
    expect(installed?.metadata).toMatchObject({
      labels: { 'apps.hearth.dev/installed-as': 'dependency' },
      annotations: { 'apps.hearth.dev/installed-for': 'home/rss' },
    });
    expect(installed?.spec).toMatchObject({ definition: 'postgres', share: { namespaces: ['*'] } });
    await eventually(async () =>
      expect((await client.get(App, provider('postgres')))?.status).toMatchObject({
        requiredBy: [{ namespace: 'home', name: 'rss' }],
      }),
    );
    const [plan] = await plansOf('rss');
    const steps = plan?.spec.levels.map((level) => level.steps.map(({ id }) => id));
    expect(steps).toEqual([['bind:route', 'install:hearth-providers/postgres'], ['bind:db'], ['run']]);
  });

  test('nothing of the app itself runs yet, and it goes when it is deleted', async () => {
    expect((await childrenOf('rss')).sort()).toEqual([
      'Database/rss-db',
      'Route/rss-route',
      'Secret/rss-secrets',
    ]);
    await client.remove(App, rss);
    await isGone(() => client.get(App, rss));
    await eventually(async () => expect(await childrenOf('rss')).toEqual(['Secret/rss-secrets']));
  });

  test('the provider that nobody uses is offered for removal, and removed by its person', async () => {
    await eventually(async () =>
      expect((await client.get(App, provider('postgres')))?.status).toMatchObject(
        condition('Needed', {
          status: 'False',
          message: expect.stringContaining('kubectl delete app -n hearth-providers postgres'),
        }),
      ),
    );
    await client.patch(App, provider('postgres'), { spec: { deletion: 'Delete' } });
    await client.remove(App, provider('postgres'));
    await isGone(() => client.get(App, provider('postgres')));
    await isGone(() => client.get(PersistentVolumeClaim, provider('postgres-data')));
    home.kubelet.release('hearth-providers/postgres');
  });
});

describe('with a provider', () => {
  beforeAll(() => client.apply(...postgresApp(server)));

  test('an app is wired to it; its workloads start one after the other', async () => {
    home.kubelet.hold('home/rss');
    home.kubelet.hold('home/rss-fetcher');
    await client.apply(app('rss', 'miniflux'));
    await appBecomes(client, rss, { status: 'False', reason: 'Starting', message: 'web is starting.' });
    expect(await generations(client)).toEqual({ rss: 1 });
    home.kubelet.release('home/rss');
    await appBecomes(client, rss, { status: 'False', reason: 'Starting', message: 'fetcher is starting.' });
    home.kubelet.release('home/rss-fetcher');
    const { status } = await appIsReady(client, rss);
    expect(await generations(client)).toEqual({ rss: 1, 'rss-fetcher': 1 });
    expect(status).toMatchObject({
      url: 'https://rss.hearth.home.arpa',
      version: '2.2.14',
      bindings: [
        { name: 'db', kind: 'Database', state: 'Bound', providerRef: provider('postgres') },
        { name: 'route', kind: 'Route', state: 'Bound', providerRef: provider('traefik') },
        { name: 'sso', kind: 'SSOClient', state: 'Unbound' },
      ],
    });
    expect((await childrenOf('rss')).sort()).toEqual([
      'Database/rss-db',
      'Deployment/rss',
      'Deployment/rss-fetcher',
      'NetworkPolicy/rss',
      'Route/rss-route',
      'Secret/rss-env',
      'Secret/rss-secrets',
      'Service/rss',
      'ServiceAccount/rss',
    ]);
  });

  test('values are in its Secret, and in no template of a pod', async () => {
    const values = await secret('rss-env');
    const { password = '?', uri = '?' } = (await secret('rss-db-binding')) ?? {};
    const { 'admin-password': admin = '?' } = (await secret('rss-secrets')) ?? {};
    expect(values).toMatchObject({
      'web.DATABASE_URL': `${uri}?sslmode=disable`,
      'fetcher.DATABASE_URL': `${uri}?sslmode=disable`,
      'web.ADMIN_PASSWORD': admin,
      'web.BASE_URL': 'https://rss.hearth.home.arpa',
      'fetcher.POLLING_FREQUENCY': '60',
    });
    const templates = JSON.stringify(await client.list(Deployment, 'home'));
    const applied = JSON.stringify([
      await client.list(App),
      await client.list(Plan),
      await client.list(Database),
    ]);
    for (const value of [password, uri, admin]) {
      expect(value.length).toBeGreaterThan(10);
      expect(templates).not.toContain(value);
      expect(applied).not.toContain(value);
    }
    expect(await asApp(server, await secret('rss-db-binding'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a setting restarts only the workload that uses it', async () => {
    await client.patch(App, rss, { spec: { settings: { pollingFrequency: 5 } } });
    await eventually(async () => expect(await generations(client)).toEqual({ rss: 1, 'rss-fetcher': 2 }));
    await appIsReady(client, rss);
    expect(await secret('rss-env')).toMatchObject({ 'fetcher.POLLING_FREQUENCY': '5' });
  });

  test('the last five plans are kept', async () => {
    for (const pollingFrequency of [6, 7, 8, 9, 10, 11]) {
      await client.patch(App, rss, { spec: { settings: { pollingFrequency } } });
      await appIsReady(client, rss);
    }
    const current = (await client.get(App, rss))?.status?.plan;
    await eventually(async () => {
      const plans = await plansOf('rss');
      expect(plans.map(({ metadata }) => metadata.name)).toContain(current);
      expect(plans.map(({ status }) => status?.phase).sort()).toEqual([
        'CarriedOut',
        ...Array(4).fill('Superseded'),
      ]);
    });
  });
});

describe('deletion', () => {
  test('Retain keeps database and keys, which only an app of the same name and definition takes again', async () => {
    const before = { db: await secret('rss-db-binding'), keys: await secret('rss-secrets') };
    await asApp(server, before.db, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await client.remove(App, rss);
    await isGone(() => client.get(App, rss));
    await eventually(async () => expect(await childrenOf('rss')).toEqual(['Secret/rss-secrets']));
    await eventually(async () =>
      expect(await client.list(Secret, 'hearth-providers', 'apps.hearth.dev/retained')).toHaveLength(1),
    );

    await client.apply(app('rss', 'actual'));
    await appBecomes(client, rss, {
      reason: 'LeftByAnother',
      message: expect.stringContaining('Secret rss-secrets was left by an App of definition miniflux'),
    });
    expect(await childrenOf('rss')).toEqual(['Secret/rss-secrets']);
    await client.patch(App, rss, { spec: { deletion: 'Delete' } });
    await client.remove(App, rss);
    await isGone(() => client.get(App, rss));
    expect(await secret('rss-secrets')).toEqual(before.keys);

    await client.apply(app('rss', 'miniflux'));
    await appIsReady(client, rss);
    expect(await secret('rss-secrets')).toEqual(before.keys);
    expect(await secret('rss-db-binding')).toEqual(before.db);
    expect(await asApp(server, await secret('rss-db-binding'), 'SELECT answer FROM kept')).toEqual([
      { answer: 42 },
    ]);
    expect(await client.list(Secret, 'hearth-providers', 'apps.hearth.dev/retained')).toEqual([]);
  });

  test('Delete leaves nothing', async () => {
    await client.patch(App, rss, { spec: { deletion: 'Delete' } });
    await client.remove(App, rss);
    await isGone(() => client.get(App, rss));
    await eventually(async () => expect(await childrenOf('rss')).toEqual([]));
    expect(await inventory(server)).toEqual({ databases: ['postgres'], roles: ['postgres'] });
    expect(await client.list(Secret, 'hearth-providers', 'apps.hearth.dev/retained')).toEqual([]);
  });

  test('volumes are retained, adopted and refused in the same way', async () => {
    const [budget, claim] = [inHome('budget'), inHome('budget-data')];
    await client.apply(app('budget', 'actual'));
    await appIsReady(client, budget);
    const { uid } = (await client.get(PersistentVolumeClaim, claim))?.metadata ?? {};
    await client.remove(App, budget);
    await isGone(() => client.get(App, budget));
    await eventually(async () =>
      expect(await childrenOf('budget')).toEqual(['PersistentVolumeClaim/budget-data']),
    );
    expect((await client.get(PersistentVolumeClaim, claim))?.metadata.labels).toMatchObject({
      'apps.hearth.dev/retained': 'tombstone',
    });

    const volumes = [{ name: 'data', path: '/data' }];
    await client.apply(definition('ledger', { workloads: [{ name: 'app', volumes }] }));
    await client.apply(app('budget', 'ledger', { deletion: 'Delete' }));
    await appBecomes(client, budget, {
      reason: 'LeftByAnother',
      message: expect.stringContaining('Volume budget-data was left by an App of definition actual'),
    });
    expect(await childrenOf('budget')).toEqual(['PersistentVolumeClaim/budget-data']);
    await client.remove(App, budget);
    await isGone(() => client.get(App, budget));
    expect((await client.get(PersistentVolumeClaim, claim))?.metadata).toMatchObject({ uid });

    await client.apply(app('budget', 'actual'));
    await appIsReady(client, budget);
    const adopted = (await client.get(PersistentVolumeClaim, claim))?.metadata;
    expect(adopted?.uid).toBe(uid);
    expect(adopted?.labels).not.toHaveProperty(['apps.hearth.dev/retained']);

    await client.patch(App, budget, { spec: { deletion: 'Delete' } });
    await client.remove(App, budget);
    await isGone(() => client.get(App, budget));
    await eventually(async () => expect(await childrenOf('budget')).toEqual([]));
  });
});

describe('approval: Manual', () => {
  test('waits, goes on when the plan is approved, and stops when the plan has become another', async () => {
    const careful = inHome('careful');
    await client.apply(app('careful', 'miniflux', { approval: 'Manual' }));
    const waiting = await appBecomes(client, careful, { reason: 'AwaitingApproval' });
    const [plan] = await plansOf('careful');
    expect(waiting.status?.plan).toBe(plan?.metadata.name);
    expect(waiting.status?.conditions?.[0]?.message).toContain(`set spec.approvedPlan to ${plan?.spec.hash}`);
    await eventually(async () =>
      expect((await plansOf('careful'))[0]?.status?.phase).toBe('AwaitingApproval'),
    );
    expect(await childrenOf('careful')).toEqual([]);

    await client.patch(App, careful, { spec: { approvedPlan: plan?.spec.hash } });
    await appIsReady(client, careful);
    expect((await client.get(App, careful))?.status?.plan).toBe(plan?.metadata.name);

    const before = await generations(client);
    await client.patch(App, careful, { spec: { settings: { keepDays: 3 } } });
    await eventually(async () =>
      expect((await client.get(App, careful))?.status).toMatchObject(
        condition('Approved', {
          status: 'False',
          reason: 'PlanStale',
          message: expect.stringContaining(`Plan ${plan?.spec.hash} was approved, but things have changed`),
        }),
      ),
    );
    // It runs on as it was approved, and so is ready: those who use it don't notice.
    await appIsReady(client, careful);
    expect(await generations(client)).toEqual(before);
    const stale = (await client.get(App, careful))?.status?.plan;
    expect(stale).not.toBe(plan?.metadata.name);
    await client.patch(App, careful, { spec: { approvedPlan: stale } });
    await eventually(async () =>
      expect(await generations(client)).toEqual({ ...before, 'careful-fetcher': 2 }),
    );
    await appIsReady(client, careful);
  });
});
