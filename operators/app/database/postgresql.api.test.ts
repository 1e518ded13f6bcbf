import { Database } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { aDatabase, providerRef, type TestCluster, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp, failure, inventory } from './testing/server.ts';

const wrongPassword = '28P01';
const notPermitted = '42501';

let server: PostgresServer;
let cluster: TestCluster;
let controller: ReturnType<typeof createDatabaseController>;

beforeAll(async () => {
  server = await startPostgres();
  cluster = testCluster(server);
  controller = createDatabaseController();
}, 120_000);
afterAll(() => server?.stop());

const binding = (name: string, namespace = 'home') => cluster.secret(namespace, `${name}-binding`);

describe('a Database', () => {
  it('gets a database, a role that owns it, and a binding with which an app works', async () => {
    const outcome = await cluster.reconcile(
      controller,
      aDatabase('home', 'rss-db', { extensions: ['hstore', 'earthdistance'] }),
    );
    expect(outcome).toMatchObject({
      type: 'ready',
      status: { database: 'home_rss_db', username: 'home_rss_db', binding: { name: 'rss-db-binding' } },
      conditions: [{ type: 'Isolated', status: 'True' }],
    });
    const data = binding('rss-db');
    expect(data).toMatchObject({
      type: 'postgresql',
      provider: 'postgres',
      host: 'postgres.hearth-providers.svc.cluster.local',
      port: '5432',
      database: 'home_rss_db',
      username: 'home_rss_db',
      uri: `postgresql://home_rss_db:${data?.password}@postgres.hearth-providers.svc.cluster.local:5432/home_rss_db`,
    });
    await asApp(server, data, 'CREATE TABLE entries (id int PRIMARY KEY, tags hstore)');
    await asApp(server, data, 'ALTER SCHEMA public RENAME TO app');
    await asApp(server, data, 'ALTER SCHEMA app RENAME TO public');
    const [role] = await asAdmin(
      server,
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = 'home_rss_db'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolcanlogin: true,
      rolconnlimit: 50,
    });
    expect(cluster.events()).toEqual([
      'Created: Made database "home_rss_db" in App hearth-providers/postgres with a role of its own.',
    ]);
  });

  it('changes nothing when it is looked at again', async () => {
    const before = await server.log();
    await cluster.reconcile(
      createDatabaseController(),
      aDatabase('home', 'rss-db', { extensions: ['hstore', 'earthdistance'] }),
    );
    const since = (await server.log()).slice(before.length);
    expect(since).toContain('pg_roles');
    expect(since).not.toMatch(/statement: (CREATE|ALTER|COMMENT|REVOKE|GRANT|DROP)/);
    expect(cluster.events()).toHaveLength(1);
  });

  it('tries its login only once in a while', async () => {
    const logins = async () => {
      const before = await server.log();
      await cluster.reconcile(
        controller,
        aDatabase('home', 'rss-db', { extensions: ['hstore', 'earthdistance'] }),
      );
      return (await server.log()).slice(before.length).split('user=home_rss_db').length - 1;
    };
    expect(await logins()).toBe(0);
    cluster.advance(600_000);
    expect(await logins()).toBeGreaterThan(0);
  });

  it('never shows its password to the server’s log, or anybody', async () => {
    const password = binding('rss-db')?.password ?? '';
    expect(password).toMatch(/^[\w-]{32}$/);
    const log = await server.log();
    expect(log).toContain('CREATE ROLE "home_rss_db"');
    expect(log).not.toContain(password);
    const status = JSON.stringify(cluster.get(Database, 'home', 'rss-db'));
    expect(status).toContain('bindingHash');
    expect(status + cluster.events().join()).not.toContain(password);
  });

  it('gets extensions that are added later, and keeps those that are removed', async () => {
    const outcome = await cluster.reconcile(
      controller,
      aDatabase('home', 'rss-db', { extensions: ['citext'] }),
    );
    expect(outcome.conditions?.map(({ type, message }) => [type, message])).toContainEqual([
      'ExtraExtensions',
      expect.stringContaining('extensions earthdistance, hstore'),
    ]);
    await asApp(server, binding('rss-db'), 'SELECT tags, null::citext FROM entries');
  });

  it('is refused an extension that the server lacks, and nothing is made', async () => {
    const before = await inventory(server);
    const outcome = await cluster.reconcile(
      controller,
      aDatabase('home', 'photos-db', { extensions: ['vector', 'hstore'] }),
    );
    expect(outcome).toMatchObject({
      type: 'stalled',
      reason: 'ExtensionUnavailable',
      message: expect.stringContaining('extension vector:'),
    });
    expect(await inventory(server)).toEqual(before);
    expect(binding('photos-db')).toBeUndefined();
  });
});

describe('healing', () => {
  const wiki = aDatabase('home', 'wiki-db');
  beforeAll(() => cluster.reconcile(controller, wiki));
  const works = async () => failure(asApp(server, binding('wiki-db'), 'CREATE TEMPORARY TABLE t (id int)'));

  it('sets a new password where the Secret is gone', async () => {
    const old = binding('wiki-db');
    await cluster.remove(Secret, 'home', 'wiki-db-binding');
    await cluster.reconcile(controller, wiki);
    expect(binding('wiki-db')?.password).not.toBe(old?.password);
    expect(await works()).toBe('none');
    expect(await failure(asApp(server, old, 'SELECT 1'))).toBe(wrongPassword);
  });

  it.each([
    ['password', "PASSWORD 'drifted'", /another password/],
    ['login', 'NOLOGIN', /could not log in/],
    ['expiry', "VALID UNTIL '2001-01-01'", /expired/],
    ['power', 'SUPERUSER CREATEDB CREATEROLE', /superuser/],
  ])('sets the role’s %s right', async (_, drift, told) => {
    await asAdmin(server, `ALTER ROLE home_wiki_db ${drift}`);
    cluster.advance(600_000);
    expect(await cluster.reconcile(controller, wiki)).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(told);
    expect(await works()).toBe('none');
    expect(await failure(asApp(server, binding('wiki-db'), 'CREATE ROLE x'))).toBe(notPermitted);
  });

  it.each([
    ['access', 'GRANT CONNECT ON DATABASE home_wiki_db TO PUBLIC'],
    ['owner', 'ALTER DATABASE home_wiki_db OWNER TO postgres'],
    ['connections', 'ALTER DATABASE home_wiki_db ALLOW_CONNECTIONS false'],
    ['mark', 'COMMENT ON DATABASE home_wiki_db IS NULL'],
  ])('sets the database’s %s right', async (_, drift) => {
    await asAdmin(server, drift);
    expect(await cluster.reconcile(controller, wiki)).toMatchObject({ type: 'ready' });
    expect(await works()).toBe('none');
    expect(await failure(asApp(server, binding('rss-db'), 'SELECT 1', 'home_wiki_db'))).toBe(notPermitted);
  });

  it('stays as it is while its app holds all connections that its role may have', async () => {
    await asAdmin(server, 'ALTER ROLE home_wiki_db CONNECTION LIMIT 0');
    expect(await works()).toBe('53300');
    cluster.advance(600_000);
    const told = cluster.events().length;
    expect(await cluster.reconcile(controller, wiki)).toMatchObject({ type: 'ready' });
    expect(cluster.events()).toHaveLength(told);
    await asAdmin(server, 'ALTER ROLE home_wiki_db CONNECTION LIMIT 50');
    expect(await works()).toBe('none');
  });

  it('moves the binding to another Secret without another password', async () => {
    const before = binding('wiki-db');
    const moved = aDatabase('home', 'wiki-db', { secretName: 'elsewhere' });
    await cluster.reconcile(controller, moved);
    expect(cluster.secret('home', 'elsewhere')?.password).toBe(before?.password);
    await cluster.reconcile(controller, moved);
    expect(binding('wiki-db')).toBeUndefined();
  });
});

it('works with an admin that is no superuser, and says what that one may not', async () => {
  await asAdmin(server, "CREATE ROLE steward LOGIN CREATEDB CREATEROLE PASSWORD 'steward-password'");
  await asAdmin(server, 'GRANT CONNECT ON DATABASE postgres TO PUBLIC');
  const managed = testCluster({ ...server, admin: { username: 'steward', password: 'steward-password' } });
  const database = aDatabase('nas', 'rss-db', { extensions: ['hstore'] });
  expect(await managed.reconcile(controller, database)).toMatchObject({
    type: 'ready',
    conditions: [
      { type: 'Isolated', status: 'False', message: expect.stringContaining('database postgres,') },
    ],
  });
  await asApp(server, managed.secret('nas', 'rss-db-binding'), 'CREATE TABLE entries (tags hstore)');
  const dropped = { ...database, spec: { ...database.spec, deletion: 'Delete' as const } };
  expect(await managed.finalize(controller, dropped)).toMatchObject({ type: 'ready' });
  expect((await inventory(server)).databases).not.toContain('nas_rss_db');
});

it('says what it waits for where its provider does not answer', async () => {
  const away = testCluster({ ...server, port: 1 });
  const outcome = await away.reconcile(controller, aDatabase(providerRef.namespace, 'lost'));
  expect(outcome).toMatchObject({
    type: 'waiting',
    reason: 'ProviderUnreachable',
    message: expect.stringContaining('App hearth-providers/postgres'),
  });
});

it('says so where the server refuses the admin', async () => {
  const locked = testCluster({ ...server, admin: { ...server.admin, password: 'wrong-password' } });
  const outcome = await locked.reconcile(controller, aDatabase('home', 'locked'));
  expect(outcome).toMatchObject({ type: 'stalled', reason: 'AdminRefused' });
  expect(outcome.message).not.toContain('wrong-password');
});
