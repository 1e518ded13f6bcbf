import { isIP } from 'node:net';
import { Stalled } from '@hearth/runtime';
import { Client, type ClientConfig } from 'pg';
import { recheck } from './errors.ts';

/** Whom to log in as, and where. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /**
   * The server's own name (`host` may be an address of it), where the way there leads out of the cluster: it is then
   * encrypted, if the server can do that.
   */
  readonly tlsName?: string;
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
 *
 * TLS is as libpq's `sslmode=prefer`: against who listens, not against who can stand in between. The password is safe
 * from these too, since it is never sent: SCRAM proves it.
 */
export const openSession: OpenSession = async (login, signal) => {
  const { tlsName } = login;
  if (tlsName === undefined) return connect(login, false, signal);
  // A certificate is chosen by name; an address is none (RFC 6066, 3).
  const servername = isIP(tlsName) === 0 ? { servername: tlsName } : {};
  try {
    return await connect(login, { rejectUnauthorized: false, ...servername }, signal);
  } catch (error) {
    if (!(error instanceof Error && error.message === withoutTls)) throw error;
    return connect(login, false, signal);
  }
};

/** What `pg` says, without a code, of a server that has no TLS. */
const withoutTls = 'The server does not support SSL connections';

async function connect(login: Login, ssl: Ssl, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const client = new Client(configOf(login, ssl));
  // Without a listener a connection that breaks between two statements would end the process; the next statement fails anyway.
  client.on('error', () => undefined);
  const cut = () => client.connection.stream.destroy();
  signal.addEventListener('abort', cut, { once: true });
  try {
    const connecting = client.connect();
    refuseCleartext(client);
    await connecting;
  } catch (error) {
    cut();
    signal.removeEventListener('abort', cut);
    throw error;
  }
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows,
    close: async () => {
      signal.removeEventListener('abort', cut);
      const impatient = setTimeout(cut, 1_000);
      await client.end().catch(() => undefined);
      clearTimeout(impatient);
    },
  };
}

type Ssl = ClientConfig['ssl'] & (false | object);

const configOf = (login: Login, ssl: Ssl): ClientConfig => ({
  host: login.host,
  port: login.port,
  database: login.database,
  user: login.username,
  password: login.password,
  ssl,
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

/** A server that asks for the password itself could be anybody's: it gets none, over TLS neither. */
function refuseCleartext({ connection }: Client): void {
  const asked = 'authenticationCleartextPassword';
  connection.removeAllListeners(asked);
  connection.once(asked, () =>
    connection.stream.destroy(
      new Stalled(
        'CleartextPassword',
        'The server asks for a password in the clear, and Hearth sends none: set the method of the account to scram-sha-256 in its pg_hba.conf.',
        { after: recheck },
      ),
    ),
  );
}

/**
 * Runs statements all or none. There is no ROLLBACK: a statement that fails ends the pass, its connection is
 * closed, and PostgreSQL rolls back what was not committed.
 */
export async function transaction(session: Session, statements: readonly string[]): Promise<void> {
  await session.query('BEGIN');
  for (const statement of statements) await session.query(statement);
  await session.query('COMMIT');
}
