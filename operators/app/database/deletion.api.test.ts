import { App, Home } from '@hearth/domain';
import { Namespace, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { postgresql } from './postgresql/adapter.ts';
import { type OpenSession, openSession } from './postgresql/session.ts';
import { aDatabase, aProvider, providerRef, type TestCluster, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp, failure, inventory } from './testing/server.ts';

let server: PostgresServer;
let cluster: TestCluster;
let count = 0;
let name: string;
const controller = createDatabaseController();

beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());
beforeEach(() => {
  cluster = testCluster(server);
  name = `db${++count}`;
});

const binding = () => cluster.secret('home', `${name}-binding`);
const reconcile = (spec = {}) => cluster.reconcile(controller, aDatabase('home', name, spec));
const tombstones = () =>
  cluster.secrets(providerRef.namespace).filter((secret) => secret.endsWith('-retained'));
/** Deletes as the API server does: the binding Secret goes with its Database. */
async function remove(spec = {}, annotations = {}) {
  const outcome = await cluster.finalize(controller, aDatabase('home', name, spec, annotations));
  if (outcome.type === 'ready') await cluster.remove(Secret, 'home', `${name}-binding`);
  return outcome;
}
async function makeWithData() {
  await reconcile();
  await asApp(server, binding(), 'CREATE TABLE kept AS SELECT 42 AS answer');
  return binding();
}

/** What stands beside the database and the role. */
async function comments() {
  const [row] = await asAdmin(
    server,
    `SELECT (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'home_${name}') AS database,
            (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'home_${name}') AS role`,
  );
  return row;
}
/** Sessions that break before a statement. */
const breaksBefore =
  (statement: RegExp): OpenSession =>
  async (login, signal) => {
    const session = await openSession(login, signal);
    return {
      ...session,
      query: async (text, values) => {
        if (statement.test(text)) throw new Error('cut off');
        return session.query(text, values);
      },
    };
  };

describe('Retain', () => {
  it('locks the role out, keeps the data and puts up a tombstone', async () => {
    const before = await makeWithData();
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(
      /^Retained: Kept database "home_db\d+" .* home\/db\d+ for the same app/,
    );
    expect(await failure(asApp(server, before, 'SELECT 1'))).toBe('28000');
    expect(await asAdmin(server, 'SELECT answer FROM kept', `home_${name}`)).toEqual([{ answer: 42 }]);
    const [tombstone = ''] = tombstones();
    expect(cluster.get(Secret, providerRef.namespace, tombstone)?.metadata.labels).toMatchObject({
      'apps.hearth.dev/retained': 'tombstone',
    });
    expect(cluster.secret(providerRef.namespace, tombstone)).toMatchObject({
      home: 'home-1',
      namespace: 'home',
      name,
      definition: 'miniflux',
      database: `home_${name}`,
      password: before?.password,
      size: expect.stringMatching(/^[1-9]\d+$/),
    });
  });

  it('ends sessions that are open', async () => {
    const before = await makeWithData();
    const sleeping = failure(asApp(server, before, 'SELECT pg_sleep(60)'));
    await expect
      .poll(() => asAdmin(server, `SELECT pid FROM pg_stat_activity WHERE usename = 'home_${name}'`))
      .toHaveLength(1);
    await remove();
    expect(await sleeping).toBe('57P01');
  });

  it('ends them though it was cut off when it had locked the role out', async () => {
    const before = await makeWithData();
    const sleeping = failure(asApp(server, before, 'SELECT pg_sleep(60)'));
    await expect
      .poll(() => asAdmin(server, `SELECT pid FROM pg_stat_activity WHERE usename = 'home_${name}'`))
      .toHaveLength(1);
    const broken = createDatabaseController(postgresql(breaksBefore(/pg_terminate_backend/)));
    await expect(cluster.finalize(broken, aDatabase('home', name))).rejects.toThrow('cut off');
    expect(await failure(asApp(server, before, 'SELECT 1'))).toBe('28000');
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(await sleeping).toBe('57P01');
  });

  it.each([
    ['database', 'role'],
    ['role', 'database'],
  ])('leaves a %s alone that became somebody else’s, and keeps the %s', async (theirs, ours) => {
    const before = await makeWithData();
    await asAdmin(server, `COMMENT ON ${theirs} home_${name} IS 'theirs'`);
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(await comments()).toMatchObject({
      [theirs]: 'theirs',
      [ours]: expect.stringContaining('"retained"'),
    });
    expect(await failure(asApp(server, before, 'SELECT 1'))).toBe(theirs === 'role' ? 'none' : '28000');
    expect(cluster.events().join()).toMatch(new RegExp(`LeftBehind: Left ${theirs} "home_db\\d+" in App`));
  });

  it('is taken back by the same, with its password and its data', async () => {
    const before = await makeWithData();
    await remove();
    expect(await reconcile()).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(/^Adopted: Took back database/);
    expect(binding()).toEqual(before);
    expect(await asApp(server, binding(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(tombstones()).toEqual([]);
  });

  it('is taken back without the tombstone too: the marks say whose it is', async () => {
    await makeWithData();
    await remove();
    await cluster.remove(Secret, providerRef.namespace, tombstones()[0] ?? '');
    expect(await reconcile()).toMatchObject({ type: 'ready' });
    expect(await asApp(server, binding(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it.each([
    ['another definition', 'home', () => name, { owner: 'wiki' }],
    ['no definition', 'home', () => name, { owner: undefined }],
    ['another name', 'home', () => `${name}x`, {}],
    ['another namespace', 'kids', () => name, {}],
  ])('is not given to %s', async (_, namespace, otherName, spec) => {
    await makeWithData();
    await remove();
    const other = aDatabase(namespace, otherName(), { database: `home_${name}`, ...spec });
    expect(await cluster.reconcile(controller, other)).toMatchObject({
      type: 'stalled',
      reason: 'NameTaken',
    });
    await cluster.finalize(controller, { ...other, spec: { ...other.spec, deletion: 'Delete' } });
    expect(tombstones()).toHaveLength(1);
    expect(await asAdmin(server, 'SELECT answer FROM kept', `home_${name}`)).toEqual([{ answer: 42 }]);
  });

  it('is not given to another home', async () => {
    await makeWithData();
    await remove();
    await cluster.put({
      ...cluster.get(Home, '', 'home'),
      apiVersion: Home.apiVersion,
      kind: 'Home',
      metadata: { name: 'home', uid: 'home-2' },
    });
    expect(await reconcile()).toMatchObject({
      type: 'stalled',
      message: expect.stringContaining('another home (home-1)'),
    });
  });
});

describe('Delete', () => {
  it('drops the database and its role, whoever is connected', async () => {
    const before = await makeWithData();
    const sleeping = failure(asApp(server, before, 'SELECT pg_sleep(60)'));
    await expect
      .poll(() => asAdmin(server, `SELECT pid FROM pg_stat_activity WHERE usename = 'home_${name}'`))
      .toHaveLength(1);
    expect(await remove({ deletion: 'Delete' })).toMatchObject({ type: 'ready' });
    expect(await sleeping).toBe('57P01');
    const left = await inventory(server);
    expect(left.databases).not.toContain(`home_${name}`);
    expect(left.roles).not.toContain(`home_${name}`);
    expect(tombstones()).toEqual([]);
  });

  it('drops what was kept before and taken back', async () => {
    await makeWithData();
    await remove();
    await reconcile({ deletion: 'Delete' });
    expect(await remove({ deletion: 'Delete' })).toMatchObject({ type: 'ready' });
    expect((await inventory(server)).databases).not.toContain(`home_${name}`);
    expect(tombstones()).toEqual([]);
  });
});

describe('a provider that is gone', () => {
  const away = () => cluster.remove(App, providerRef.namespace, providerRef.name);

  it('holds the Database back, and says how to let it go', async () => {
    await makeWithData();
    await away();
    const outcome = await remove();
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'ProviderMissing' });
    expect(outcome.message).toContain(
      `kubectl annotate database ${name} -n home apps.hearth.dev/forget=true`,
    );
    expect(outcome.message).toContain(
      `leaves behind database and role "home_${name}" in App hearth-providers/postgres`,
    );
  });

  it('is forgotten when a person says so, and what is left is told', async () => {
    await makeWithData();
    await away();
    expect(await remove({}, { 'apps.hearth.dev/forget': 'true' })).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(
      /^Forgotten: .*role "home_db\d+" in App hearth-providers\/postgres/,
    );
  });

  it('is forgotten too where it fails in a way that nobody foresaw', async () => {
    await makeWithData();
    const broken = createDatabaseController(postgresql(breaksBefore(/^DROP DATABASE/)));
    const spec = { deletion: 'Delete' };
    await expect(cluster.finalize(broken, aDatabase('home', name, spec))).rejects.toThrow(
      /dropping database "home_db\d+": cut off\. If it never comes back: kubectl annotate database/,
    );
    const asked = aDatabase('home', name, spec, { 'apps.hearth.dev/forget': 'true' });
    expect(await cluster.finalize(broken, asked)).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(/^Forgotten: .*cut off/);
  });

  it('holds nothing back that was never made', async () => {
    await away();
    await reconcile();
    expect(await remove()).toMatchObject({ type: 'ready' });
  });
});

it('is given back though the Home was deleted with it', async () => {
  await makeWithData();
  await cluster.remove(Home, '', 'home');
  expect(await remove({ deletion: 'Delete' })).toMatchObject({ type: 'ready' });
  expect((await inventory(server)).databases).not.toContain(`home_${name}`);
});

it('does as it should where the provider is there, though it may forget', async () => {
  await makeWithData();
  await remove({ deletion: 'Delete' }, { 'apps.hearth.dev/forget': 'true' });
  expect((await inventory(server)).databases).not.toContain(`home_${name}`);
});

it('gives back what a provider holds that no longer shares', async () => {
  await makeWithData();
  await cluster.put(aProvider({ definition: 'postgres' }));
  expect(await reconcile()).toMatchObject({ type: 'stalled', reason: 'ProviderNotShared' });
  expect(await remove({ deletion: 'Delete' })).toMatchObject({ type: 'ready' });
  expect((await inventory(server)).databases).not.toContain(`home_${name}`);
});

it('lets a namespace go that takes its provider along', async () => {
  const { namespace } = providerRef;
  const dying = testCluster({ ...server, port: 1 });
  const metadata = { name: namespace, deletionTimestamp: '2026-01-01T00:00:00Z' };
  await dying.put({ apiVersion: 'v1', kind: Namespace.kind, metadata });
  const database = { ...aDatabase(namespace, name), status: { observedGeneration: 1, database: 'x' } };
  expect(await dying.finalize(controller, database)).toMatchObject({ type: 'ready' });
});
