import pg from 'pg';
import { LogDamaged, LogFull } from '../event-log.ts';
import { SCHEMA_NAME } from './schema.ts';

/** A row, its numbers as numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection to PostgreSQL. What goes wrong is told as a LogFull or LogDamaged where it is one. */
export interface Connection {
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Whether it is gone for good, and with it all that a session holds. */
  isLost(): boolean;
  /** Never fails. */
  close(): Promise<void>;
}

const int8 = pg.types.builtins.INT8;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * What each session is set to: its commits are on disk when they are told, whatever the server's default is; the server
 * gives up a client that is gone within half a minute, and with it the right to write.
 */
const SESSION = [
  '-c synchronous_commit=on',
  `-c search_path=${SCHEMA_NAME}`,
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  '-c idle_in_transaction_session_timeout=5min',
].join(' ');

/** A server that has gone silent is given up. */
const patience = { connectionTimeoutMillis: 5000, query_timeout: 30_000, keepAlive: true } as const;

/**
 * Opens a connection; it is never opened again.
 * @param url may hold a password, so it is never told.
 * @param onLost is called once it is gone, unless it was closed or never there.
 */
export async function connect(url: string, onLost: () => void = () => undefined): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hearth-events',
    options: SESSION,
    types,
    ...patience,
  });
  let lost = true;
  const lose = () => {
    if (!lost) onLost();
    lost = true;
  };
  client.on('error', lose).on('end', lose);
  await client.connect();
  lost = false;
  return {
    async query(sql, values = []) {
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } catch (error) {
        // Of what was not refused by the server itself, nobody knows what became of it.
        if (!(error instanceof pg.DatabaseError) || isGoodbye(error.code)) {
          lose();
          client.connection.stream.destroy();
        }
        throw explained(error);
      }
    },
    isLost: () => lost,
    async close() {
      lost = true;
      await client.end().catch(() => undefined);
    },
  };
}

/** Whether a connection could not be made because the server is away, starts, or has none left: it may a little later. */
export const isAway = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || isGoodbye(error.code) || error.code === '53300';

/** The SQLSTATEs with which a server ends a session (PostgreSQL, appendix A: classes 08 and 57P). */
const isGoodbye = (code: string | undefined): boolean => /^(08|57P|25P03)/.test(code ?? '');

function explained(error: unknown): unknown {
  const { code = '', message } = Object(error) as { code?: string; message?: string };
  if (code === '53100') {
    return new LogFull('no room is left for the log in PostgreSQL: make some', { cause: error });
  }
  if (code.startsWith('XX00')) {
    return new LogDamaged(`the log in PostgreSQL is damaged (${message}): restore it from a copy`, {
      cause: error,
    });
  }
  if (code.startsWith('23')) {
    return new Error(
      `the log in PostgreSQL is not as this process left it (${message}): does another one write to it?`,
      { cause: error },
    );
  }
  return error;
}

/** Runs something as one transaction: all of it happens and is on disk, or nothing of it. */
export async function transact<T>(connection: Connection, run: () => Promise<T>, mode = ''): Promise<T> {
  await connection.query(`BEGIN ${mode}`);
  try {
    const result = await run();
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    if (!connection.isLost()) await connection.query('ROLLBACK');
    throw error;
  }
}

/** What is read in a transaction with this mode is all of one moment. */
export const SNAPSHOT = 'ISOLATION LEVEL REPEATABLE READ READ ONLY';
