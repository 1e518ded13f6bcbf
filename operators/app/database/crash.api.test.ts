import { type Outcome, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { createDatabaseController } from './controller.ts';
import { postgresql } from './postgresql/adapter.ts';
import { type OpenSession, openSession } from './postgresql/session.ts';
import { aDatabase, providerRef, type TestCluster, testCluster } from './testing/cluster.ts';
import { asAdmin, asApp, failure, inventory } from './testing/server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());

/** Ends the process, as far as a pass can tell. */
class Crash extends Error {}

/**
 * Counts what goes out, to the server or the API, and breaks everything from the `at`-th on, until it is mended.
 * Queries are not counted: to be cut off before one leaves the same as before the next statement. And before one
 * is the same as after the last: what was not committed is undone.
 */
function fuse(at: number) {
  let sent = 0;
  let mended = false;
  const burn = () => {
    sent += 1;
    if (sent >= at && !mended) throw new Crash();
  };
  const open: OpenSession = async (login, signal) => {
    const session = await openSession(login, signal);
    return {
      close: session.close,
      query: async (text, values) => {
        if (!text.startsWith('SELECT')) burn();
        return session.query(text, values);
      },
    };
  };
  return {
    open,
    beforeWrite: burn,
    mend: () => {
      mended = true;
    },
  };
}

/** One scenario: what is there before, what is cut off, and what must be there after it was made again. */
interface Scenario {
  /** At least so many places at which it can be cut off. */
  readonly places: number;
  before?(cluster: TestCluster, name: string): Promise<unknown>;
  act(
    cluster: TestCluster,
    controller: ReturnType<typeof createDatabaseController>,
    name: string,
  ): Promise<Outcome>;
  after(cluster: TestCluster, name: string): Promise<void>;
}

const extensions = ['hstore'];
const binding = (cluster: TestCluster, name: string) => cluster.secret('home', `${name}-binding`);
const make = (cluster: TestCluster, name: string, controller = createDatabaseController()) =>
  cluster.reconcile(controller, aDatabase('home', name, { extensions }));
const tombstones = (cluster: TestCluster) =>
  cluster.secrets(providerRef.namespace).filter((secret) => secret.endsWith('-retained'));
const withData = async (cluster: TestCluster, name: string) => {
  await make(cluster, name);
  await asApp(server, binding(cluster, name), 'CREATE TABLE kept AS SELECT 42 AS answer');
};
const keep = async (cluster: TestCluster, name: string) => {
  await withData(cluster, name);
  await cluster.finalize(createDatabaseController(), aDatabase('home', name));
  await cluster.remove(Secret, 'home', `${name}-binding`);
};

/** One database, one role, nothing beside them, and the app works. */
async function isRight(cluster: TestCluster, name: string) {
  const { databases, roles } = await inventory(server);
  expect(databases.filter((database) => String(database).includes(name))).toEqual([`home_${name}`]);
  expect(roles.filter((role) => String(role).includes(name))).toEqual([`home_${name}`]);
  expect(cluster.secrets('home')).toEqual([`${name}-binding`]);
  expect(tombstones(cluster)).toEqual([]);
  expect(await failure(asApp(server, binding(cluster, name), 'SELECT 1', 'template1'))).toBe('42501');
  await asApp(server, binding(cluster, name), `CREATE TABLE proof AS SELECT 'a=>1'::hstore AS works`);
  const [row] = await asAdmin(
    server,
    `SELECT has_database_privilege('public', oid, 'CONNECT') AS everybody, pg_get_userbyid(datdba) AS owner,
            shobj_description(oid, 'pg_database')::json->'hearth' AS mark FROM pg_database WHERE datname = 'home_${name}'`,
  );
  const mark = { home: 'home-1', namespace: 'home', name, definition: 'miniflux' };
  expect(row).toEqual({ everybody: false, owner: `home_${name}`, mark });
}

const scenarios: Record<string, Scenario> = {
  'making one': {
    places: 16,
    // As a server comes.
    before: () => asAdmin(server, 'GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC'),
    act: (cluster, controller, name) => make(cluster, name, controller),
    after: isRight,
  },

  'taking back what was kept': {
    places: 10,
    before: keep,
    act: (cluster, controller, name) => make(cluster, name, controller),
    after: async (cluster, name) => {
      await isRight(cluster, name);
      expect(await asApp(server, binding(cluster, name), 'SELECT answer FROM kept')).toEqual([
        { answer: 42 },
      ]);
    },
  },

  'healing after the Secret and the mark are gone': {
    places: 10,
    before: async (cluster, name) => {
      await withData(cluster, name);
      await cluster.remove(Secret, 'home', `${name}-binding`);
      await asAdmin(server, `COMMENT ON DATABASE home_${name} IS NULL`);
    },
    act: (cluster, controller, name) => make(cluster, name, controller),
    after: isRight,
  },

  'keeping the data of a deleted one': {
    places: 5,
    before: withData,
    act: (cluster, controller, name) => cluster.finalize(controller, aDatabase('home', name)),
    after: async (cluster, name) => {
      const kept = binding(cluster, name);
      expect(await failure(asApp(server, kept, 'SELECT 1'))).toBe('28000');
      const [tombstone = ''] = tombstones(cluster);
      expect(cluster.secret(providerRef.namespace, tombstone)).toMatchObject({
        name,
        password: kept?.password,
      });
      expect(await make(cluster, name)).toMatchObject({ type: 'ready' });
      expect(await asApp(server, binding(cluster, name), 'SELECT answer FROM kept')).toEqual([
        { answer: 42 },
      ]);
    },
  },

  'dropping a deleted one': {
    places: 2,
    before: withData,
    act: (cluster, controller, name) =>
      cluster.finalize(controller, aDatabase('home', name, { deletion: 'Delete' })),
    after: async (cluster, name) => {
      const { databases, roles } = await inventory(server);
      expect([...databases, ...roles]).not.toContain(`home_${name}`);
      expect(tombstones(cluster)).toEqual([]);
    },
  },
};

/** Cuts `scenario` off at each place in turn, and makes it again, until it comes to its end uncut. */
async function cutOffEverywhere(
  scenario: Scenario,
  prefix: string,
  then: 'restart' | 'go on',
): Promise<number> {
  for (let at = 1; ; at++) {
    const name = `${prefix}${at}`;
    const cluster = testCluster(server);
    await scenario.before?.(cluster, name);
    const { open, beforeWrite, mend } = fuse(at);
    cluster.beforeWrite = beforeWrite;
    const first = createDatabaseController(postgresql(open));
    const finished = await attempt(() => scenario.act(cluster, first, name));
    mend();
    if (!finished) {
      const second = then === 'restart' ? createDatabaseController() : first;
      expect([at, await scenario.act(cluster, second, name)]).toMatchObject([at, { type: 'ready' }]);
    }
    await scenario.after(cluster, name);
    if (finished) return at - 1;
  }
}

describe('cut off at any one statement or write,', () => {
  it.each(Object.entries(scenarios))(
    'a process that starts again ends well: %s',
    async (title, scenario) => {
      expect(await cutOffEverywhere(scenario, `r${title.length}x`, 'restart')).toBeGreaterThanOrEqual(
        scenario.places,
      );
    },
    300_000,
  );

  it.each(['making one', 'healing after the Secret and the mark are gone'])(
    'a process that goes on, and remembers, ends well: %s',
    async (title) => {
      const scenario = scenarios[title];
      if (scenario === undefined) throw new Error(title);
      expect(await cutOffEverywhere(scenario, `g${title.length}x`, 'go on')).toBeGreaterThanOrEqual(
        scenario.places,
      );
    },
    300_000,
  );
});

/** Whether it came to its end. What a crash looks like to the one who is cut off is not the point here. */
async function attempt(work: () => Promise<Outcome>): Promise<boolean> {
  try {
    return (await work()).type === 'ready';
  } catch {
    return false;
  }
}
