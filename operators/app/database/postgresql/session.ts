import { Client } from 'pg';

/** Whom to log in as, and where. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

/** A connection of one pass. */
export interface Session {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Never fails. */
  close(): Promise<void>;
}

/** Opens a session; fails with what `pg` fails with. */
export type OpenSession = (login: Login, signal: AbortSignal) => Promise<Session>;

const connectTimeout = 5_000;
/** CREATE DATABASE writes every page of its template; on an SD card that takes its time. */
const statementTimeout = 60_000;

/**
 * Opens a connection for as long as a pass lasts. There is no pool: passes are rare, and an idle connection
 * is one that the apps of a small server lack.
 */
export const openSession: OpenSession = async (login, signal) => {
  signal.throwIfAborted();
  const client = new Client({
    host: login.host,
    port: login.port,
    database: login.database,
    user: login.username,
    password: login.password,
    ssl: false,
    application_name: 'hearth',
    // The owner of a database can put functions and operators into it that look like PostgreSQL's own; with
    // nothing else on the path, an admin's statement never runs one of them.
    options: '-c search_path=pg_catalog',
    connectionTimeoutMillis: connectTimeout,
    statement_timeout: statementTimeout,
    // Beyond the server's own: for a server that no longer answers at all.
    query_timeout: statementTimeout + 5_000,
    lock_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a connection that breaks between two statements would end the process; the next statement fails anyway.
  client.on('error', () => undefined);
  const cut = () => client.connection.stream.destroy();
  signal.addEventListener('abort', cut, { once: true });
  const close = async () => {
    signal.removeEventListener('abort', cut);
    const impatient = setTimeout(cut, 1_000);
    await client.end().catch(() => undefined);
    clearTimeout(impatient);
  };
  try {
    await client.connect();
  } catch (error) {
    cut();
    signal.removeEventListener('abort', cut);
    throw error;
  }
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows,
    close,
  };
};
