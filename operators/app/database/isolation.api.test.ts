import { Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { aDatabase, type TestCluster, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp, failure, inventory } from './testing/server.ts';

const _wrongPassword = '28P01';
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

describe('isolation', () => {
  it('keeps an app’s role out of everything but its own database', async () => {
    await cluster.reconcile(controller, aDatabase('home', 'rss-db'));
    await cluster.reconcile(controller, aDatabase('home', 'wiki-db'));
    await cluster.reconcile(controller, aDatabase('kids', 'rss-db'));
    const rss = binding('rss-db');
    for (const database of ['home_wiki_db', 'kids_rss_db', 'postgres', 'template1']) {
      expect([database, await failure(asApp(server, rss, 'SELECT 1', database))]).toEqual([
        database,
        notPermitted,
      ]);
    }
    const tries = [
      'SET ROLE home_wiki_db',
      'ALTER DATABASE home_wiki_db OWNER TO home_rss_db',
      'GRANT CONNECT ON DATABASE home_wiki_db TO home_rss_db',
      'CREATE DATABASE mine',
      'CREATE ROLE mine',
      "ALTER ROLE home_wiki_db PASSWORD 'x'",
      'SELECT rolpassword FROM pg_authid',
      "COPY (SELECT 1) TO PROGRAM 'id'",
    ];
    for (const statement of tries) {
      expect([statement, await failure(asApp(server, rss, statement))]).toEqual([statement, notPermitted]);
    }
  });

  it('says which databases of others are open to everybody, and leaves them', async () => {
    await asAdmin(server, 'CREATE DATABASE accounts');
    const outcome = await cluster.reconcile(controller, aDatabase('home', 'wiki-db'));
    expect(outcome.conditions).toMatchObject([
      { type: 'Isolated', status: 'False', message: expect.stringContaining('database accounts,') },
    ]);
    expect(await failure(asApp(server, binding('wiki-db'), 'SELECT 1', 'accounts'))).toBe('none');
    await asAdmin(server, 'REVOKE CONNECT ON DATABASE accounts FROM PUBLIC');
  });
});

describe('what is not ours', () => {
  const stays = async (names: string[]) => {
    const rows = await asAdmin(
      server,
      `SELECT datname, datdba::regrole::text AS owner, datacl::text, shobj_description(oid, 'pg_database') AS comment
         FROM pg_database UNION ALL
       SELECT rolname, rolcanlogin::text, rolpassword, shobj_description(oid, 'pg_authid') FROM pg_authid ORDER BY 1, 2`,
    );
    return rows.filter((row) => names.includes(String(row.datname)));
  };

  it.each([
    ['another Database’s', 'home_wiki_db', /belongs to Database home\/wiki-db/],
    ['an unmarked one', 'accounts', /was not made by Hearth/],
    ['PostgreSQL’s', 'postgres', /was not made by Hearth/],
    ['a template', 'template1', /was not made by Hearth/],
  ])('is neither taken, changed nor dropped: %s', async (_, name, whose) => {
    const before = await stays([name]);
    const spec = { database: name, deletion: 'Delete' };
    const thief = aDatabase('kids', `thief-${name.replaceAll('_', '-')}`, {});
    const database = { ...thief, spec: { ...thief.spec, ...spec } as typeof thief.spec };
    const outcome = await cluster.reconcile(controller, database);
    expect(outcome).toMatchObject({
      type: 'stalled',
      reason: 'NameTaken',
      message: expect.stringMatching(whose),
    });
    expect(cluster.secrets('kids')).not.toContain(`${database.metadata.name}-binding`);
    // Even one that had a status.
    const lying = { ...database, status: { observedGeneration: 1, database: name } };
    expect(await cluster.finalize(controller, lying)).toMatchObject({ type: 'ready' });
    expect(before.length).toBeGreaterThan(0);
    expect(await stays([name])).toEqual(before);
  });

  it('is a role without a mark', async () => {
    await asAdmin(server, "CREATE ROLE bookkeeper LOGIN PASSWORD 'own'");
    const before = await stays(['bookkeeper']);
    const outcome = await cluster.reconcile(
      controller,
      aDatabase('kids', 'books', { database: 'bookkeeper' }),
    );
    expect(outcome).toMatchObject({
      type: 'stalled',
      reason: 'NameTaken',
      message: expect.stringContaining('role "bookkeeper"'),
    });
    expect(await stays(['bookkeeper'])).toEqual(before);
  });

  it('is a Secret that somebody else made', async () => {
    await cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'home', name: 'mine' } });
    const outcome = await cluster.reconcile(controller, aDatabase('home', 'forum', { secretName: 'mine' }));
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'SecretTaken' });
    expect((await inventory(server)).databases).not.toContain('home_forum');
  });

  it('is, for a moment, the Secret of a Database that was deleted', async () => {
    const reference = {
      apiVersion: 'apps.hearth.dev/v1alpha1',
      kind: 'Database',
      name: 'forum',
      uid: 'former',
    };
    await cluster.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'home', name: 'forum-binding', ownerReferences: [reference] },
    });
    const forum = aDatabase('home', 'forum');
    expect(await cluster.reconcile(controller, forum)).toMatchObject({
      type: 'waiting',
      reason: 'SecretLeaving',
    });
    await cluster.remove(Secret, 'home', 'forum-binding');
    expect(await cluster.reconcile(controller, forum)).toMatchObject({ type: 'ready' });
  });
});

describe('names and texts that are SQL', () => {
  it('are names and texts', async () => {
    const evil = `x"; DROP DATABASE home_rss_db; --'\\`;
    const shaped = aDatabase('home', 'shaped');
    const database = {
      ...shaped,
      metadata: { ...shaped.metadata, name: `a'b"c\\` },
      spec: { ...shaped.spec, database: evil, owner: `'); DROP ROLE home_rss_db; --` },
    };
    expect(await cluster.reconcile(controller, database)).toMatchObject({ type: 'ready' });
    const { databases, roles } = await inventory(server);
    expect(databases).toEqual(expect.arrayContaining([evil, 'home_rss_db']));
    expect(roles).toEqual(expect.arrayContaining([evil, 'home_rss_db']));
    expect(await failure(asApp(server, cluster.secret('home', `a'b"c\\-binding`), 'SELECT 1'))).toBe('none');
    const dropped = { ...database, spec: { ...database.spec, deletion: 'Delete' as const } };
    expect(await cluster.finalize(controller, dropped)).toMatchObject({ type: 'ready' });
    expect((await inventory(server)).databases).not.toContain(evil);
    expect((await inventory(server)).databases).toContain('home_rss_db');
  });

  it('are no extensions', async () => {
    const shaped = aDatabase('home', 'shaped');
    const extensions = [`hstore"; DROP DATABASE home_rss_db; --`];
    const outcome = await cluster.reconcile(controller, { ...shaped, spec: { ...shaped.spec, extensions } });
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'ExtensionUnavailable' });
  });
});
