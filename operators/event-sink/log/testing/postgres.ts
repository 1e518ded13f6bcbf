import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../../e2e/harness/postgres.ts';
import { openPostgresLog } from '../postgres/postgres-log.ts';
import type { OpenTestLog } from './open-log.ts';

/** A real PostgreSQL for the tests of a file. */
export interface TestDatabases {
  /** Makes an empty database, and says where it is. */
  readonly make: (options?: string) => Promise<string>;
  /** Opens a log in a database; in one of its own, if none is given. */
  readonly open: OpenTestLog;
  /** Runs statements by hand, as somebody who may do everything, in the log's own schema. */
  readonly tamper: (url: string, sql: string) => Promise<readonly Record<string, unknown>[]>;
}

/** Starts it before the tests and ends it after them. */
export function testDatabases(): TestDatabases {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres({ log_statement: 'none' });
  }, 120_000);
  afterAll(() => server?.stop());

  const urlOf = (database: string) => {
    if (server === undefined) throw new Error('PostgreSQL has not been started');
    return `postgresql://postgres:${server.admin.password}@${server.host}:${server.port}/${database}`;
  };
  async function make(options = ''): Promise<string> {
    const name = `log_${randomUUID().replaceAll('-', '')}`;
    await run(urlOf('postgres'), `CREATE DATABASE ${name} ${options}`);
    return urlOf(name);
  }
  return {
    make,
    tamper: run,
    async open(place) {
      const url = place ?? (await make());
      const log = await openPostgresLog(url, { segmentSize: 4, patience: 0 });
      onTestFinished(() => log.close());
      return { log, place: url };
    },
  };
}

async function run(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=hearth_events' });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
