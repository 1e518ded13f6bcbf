import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { aDatabase, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp } from './testing/server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());

/** PostgreSQL's own databases are closed once: as a server comes, they are open, and the first pass closes them. */
const openAgain = () => asAdmin(server, 'GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC');

it('makes eight at once in one server, each in its first pass', async () => {
  const cluster = testCluster(server);
  const controller = createDatabaseController();
  for (let round = 1; round <= 5; round++) {
    await openAgain();
    const names = Array.from({ length: 8 }, (_, index) => `crowd${round}x${index}`);
    const outcomes = await Promise.all(
      names.map((name) => cluster.reconcile(controller, aDatabase('home', name, { extensions: ['hstore'] }))),
    );
    expect(outcomes.map(({ type, message }) => [type, message])).toEqual(names.map(() => ['ready', '']));
    for (const name of names) {
      const binding = cluster.secret('home', `${name}-binding`);
      await asApp(server, binding, `CREATE TABLE proof AS SELECT 'a=>1'::hstore AS works`);
    }
  }
}, 300_000);
