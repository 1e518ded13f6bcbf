import { randomUUID } from 'node:crypto';
import type { Clock } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import pg from 'pg';
import { CHANNEL, startHearing, type Told } from './hearing.ts';
import { hasSchema, migration, SCHEMA_QUERY, schemaVersion } from './schema.ts';
import { createListeners, type Row, type Sql, type Statement, type Value } from './sql.ts';
import type { Change } from './store.ts';

/** A PostgreSQL that several replicas share. */
export interface PostgresOptions {
  /** `postgresql://…`; may hold a password, so it is never logged. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Replicas that start together bring the schema up to date one after the other; the number is of our choosing. */
const MIGRATION_LOCK = 7_305_401;

/** A server that has gone silent is given up, so that people are told at once. */
const patience = { connectionTimeoutMillis: 5000, query_timeout: 10_000, keepAlive: true } as const;

const int8 = pg.types.builtins.INT8;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** A PostgreSQL database, brought up to date, whose changes all replicas tell each other. */
export async function openPostgres({ url, clock, log }: PostgresOptions): Promise<Sql> {
  const pool = new pg.Pool({ connectionString: url, max: 8, types, ...patience });
  pool.on('error', (error) =>
    log.warn({ error: safeMessage(error) }, 'an idle connection to PostgreSQL broke'),
  );
  const self = randomUUID();
  const listeners = createListeners();
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const hearing = startHearing({
    clock,
    log,
    listeners,
    isOwn: (from) => from === self,
    connect: () => new pg.Client({ connectionString: url, types, ...patience }),
  });
  await hearing.started;
  return {
    shared: true,
    query: async (sql, values = []) => (await pool.query<Row>(sql, [...values])).rows,
    async transact(statements, changes = []) {
      const happened = await transact(pool, [
        ...statements,
        ...changes.map((change) => notify(self, change)),
      ]);
      if (happened) await listeners.tell(changes);
      return happened;
    },
    onChange: listeners.add,
    behind: hearing.behind,
    settle: async () => undefined,
    async close() {
      await hearing.stop();
      await pool.end();
    },
  };
}

const notify = (self: string, change: Change): Statement => ({
  sql: 'SELECT pg_notify($1, $2)',
  values: [CHANNEL, JSON.stringify({ from: self, change } satisfies Told)],
});

async function transact(pool: pg.Pool, statements: readonly Statement[]): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const breaks = (cause: Error) => {
    broken = cause;
  };
  // The pool looks after connections that nobody has: one that breaks between two statements would end the process.
  client.on('error', breaks);
  try {
    await client.query('BEGIN');
    const happened = await runAll(client, statements);
    await client.query(happened ? 'COMMIT' : 'ROLLBACK');
    return happened;
  } catch (error) {
    await client.query('ROLLBACK').catch(breaks);
    throw error;
  } finally {
    client.release(broken);
    client.off('error', breaks);
  }
}

async function runAll(client: pg.PoolClient, statements: readonly Statement[]): Promise<boolean> {
  for (const { sql, values = [], must } of statements) {
    const { rowCount } = await client.query(sql, [...values]);
    if (must === true && (rowCount ?? 0) === 0) return false;
  }
  return true;
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  // What breaks shows in the query that comes next.
  client.on('error', () => undefined);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const query = async (sql: string, values: readonly Value[] = []) =>
      (await client.query<Row>(sql, [...values])).rows;
    const known = (await hasSchema({ query }, 'postgresql')) ? (await query(SCHEMA_QUERY))[0] : undefined;
    await client.query('BEGIN');
    await runAll(client, migration('postgresql', schemaVersion(known)));
    await client.query('COMMIT');
  } finally {
    // With the connection go the lock, and a transaction that was not finished.
    client.release(true);
  }
}
