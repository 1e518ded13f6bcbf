import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { aDatabase, type TestCluster, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp, failure } from './testing/server.ts';

let server: PostgresServer;
let cluster: TestCluster;
const controller = createDatabaseController();

beforeAll(async () => {
  server = await startPostgres();
  cluster = testCluster(server);
}, 120_000);
afterAll(() => server?.stop());

const make = (name: string, ...extensions: string[]) =>
  cluster.reconcile(controller, aDatabase('home', name, { extensions }));
const app = (name: string, statement: string) =>
  asApp(server, cluster.secret('home', `${name}-binding`), statement);
const extensionsIn = async (name: string) =>
  asAdmin(
    server,
    `SELECT extname AS name, extnamespace::regnamespace::text AS schema, extowner::regrole::text AS owner
       FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`,
    `home_${name}`,
  );

describe('an extension', () => {
  it('that PostgreSQL trusts is made with the app’s own rights', async () => {
    expect(await make('tags', 'hstore')).toMatchObject({ type: 'ready' });
    expect(await extensionsIn('tags')).toEqual([{ name: 'hstore', schema: 'public', owner: 'home_tags' }]);
    expect(await app('tags', "SELECT 'a=>1'::hstore -> 'a' AS a")).toEqual([{ a: '1' }]);
  });

  it('that it doesn’t trust lies, with what it requires, where the app can’t write, and is found there', async () => {
    expect(await make('map', 'cube', 'earthdistance')).toMatchObject({ type: 'ready' });
    expect(await extensionsIn('map')).toEqual([
      { name: 'cube', schema: 'hearth_extensions', owner: 'postgres' },
      { name: 'earthdistance', schema: 'hearth_extensions', owner: 'postgres' },
    ]);
    expect(await app('map', 'SELECT earth_distance(ll_to_earth(0, 0), ll_to_earth(0, 0)) AS metres')).toEqual(
      [{ metres: 0 }],
    );
    expect(await failure(app('map', 'CREATE TABLE hearth_extensions.trojan (id int)'))).toBe('42501');
  });

  it('that the definition doesn’t offer is not made, though the server has it', async () => {
    expect(await make('thief', 'file_fdw')).toMatchObject({
      type: 'stalled',
      reason: 'ExtensionNotOffered',
      message: expect.stringContaining('extension file_fdw'),
    });
    expect(cluster.secret('home', 'thief-binding')).toBeUndefined();
  });

  it.each([
    ['what it requires is where the app can write', 'cubes', 'CREATE EXTENSION cube SCHEMA public', 'public'],
    ['the app took the place for itself', 'squatter', 'CREATE SCHEMA hearth_extensions', 'hearth_extensions'],
    [
      'the app owns the place, and hides it',
      'hider',
      'CREATE SCHEMA hearth_extensions; REVOKE ALL ON SCHEMA hearth_extensions FROM home_hider',
      'hearth_extensions',
    ],
  ])('is not made by a superuser where %s', async (_, name, trick, schema) => {
    await make(name);
    await app(name, trick);
    const before = await extensionsIn(name);
    expect(await make(name, 'earthdistance')).toMatchObject({
      type: 'stalled',
      reason: 'ExtensionUnsafe',
      message: expect.stringContaining(`schema ${schema} of its database`),
    });
    expect(await extensionsIn(name)).toEqual(before);
  });
});
