import type { Row, Sql, Statement } from './sql.ts';
import { statement } from './sql.ts';

/** Which database it is: they differ in how they count, and in how they forbid. */
export type Dialect = 'sqlite' | 'postgresql';

/** The column that counts up by itself. */
const counting = (dialect: Dialect): string =>
  dialect === 'sqlite'
    ? 'number INTEGER PRIMARY KEY AUTOINCREMENT'
    : 'number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY';

/** The audit trail only grows: what is written stays as it was written. */
const appendOnly = (dialect: Dialect): string =>
  dialect === 'sqlite'
    ? `CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END`
    : 'CREATE RULE audit_stays AS ON UPDATE TO audit DO INSTEAD NOTHING';

/**
 * How the tables came to be, version by version: what has been released never changes, what changes comes at the end.
 * Times are milliseconds since 1970; ids, digests and sealed values are texts, so that both databases have one schema.
 */
const migrations = (dialect: Dialect): readonly (readonly string[])[] => [
  [
    `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    `CREATE TABLE accounts (
       sub TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, email TEXT,
       disabled INTEGER NOT NULL, member_of TEXT NOT NULL, removed BIGINT, last_sign_in BIGINT)`,
    `CREATE TABLE passkeys (
       id TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, name TEXT NOT NULL,
       public_key TEXT NOT NULL, counter BIGINT NOT NULL, transports TEXT NOT NULL, created BIGINT NOT NULL,
       last_used BIGINT)`,
    `CREATE INDEX passkeys_of ON passkeys (sub)`,
    `CREATE TABLE recovery_codes (
       sub TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, digest TEXT NOT NULL, confirmed INTEGER NOT NULL,
       PRIMARY KEY (sub, digest))`,
    `CREATE TABLE app_passwords (
       id TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, name TEXT NOT NULL,
       hash TEXT NOT NULL, created BIGINT NOT NULL)`,
    `CREATE INDEX app_passwords_of ON app_passwords (sub)`,
    `CREATE TABLE links (
       sub TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, digest TEXT NOT NULL UNIQUE, expires BIGINT NOT NULL)`,
    `CREATE TABLE sessions (
       id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, sub TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
       passkey TEXT NOT NULL, created BIGINT NOT NULL, seen BIGINT NOT NULL, expires BIGINT NOT NULL,
       address TEXT NOT NULL, browser TEXT NOT NULL)`,
    `CREATE INDEX sessions_of ON sessions (sub)`,
    `CREATE TABLE session_clients (
       session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, client TEXT NOT NULL, oidc_session TEXT NOT NULL,
       grant_id TEXT NOT NULL, sid TEXT NOT NULL, PRIMARY KEY (session, client))`,
    `CREATE INDEX session_clients_of ON session_clients (client)`,
    `CREATE TABLE clients (id TEXT PRIMARY KEY, client TEXT NOT NULL)`,
    `CREATE TABLE logouts (
       id TEXT PRIMARY KEY, client TEXT NOT NULL, sub TEXT NOT NULL, sid TEXT NOT NULL, tries INTEGER NOT NULL,
       due BIGINT NOT NULL)`,
    `CREATE INDEX logouts_due ON logouts (due)`,
    `CREATE TABLE artefacts (
       model TEXT NOT NULL, digest TEXT NOT NULL, payload TEXT NOT NULL, expires BIGINT, consumed BIGINT,
       grant_id TEXT, uid TEXT, PRIMARY KEY (model, digest))`,
    `CREATE INDEX artefacts_of ON artefacts (grant_id)`,
    `CREATE INDEX artefacts_uid ON artefacts (uid)`,
    `CREATE INDEX artefacts_expire ON artefacts (expires)`,
    `CREATE TABLE spent (id TEXT PRIMARY KEY, expires BIGINT NOT NULL)`,
    `CREATE TABLE audit (
       ${counting(dialect)}, at BIGINT NOT NULL, event TEXT NOT NULL, sub TEXT, user_name TEXT, client TEXT, device TEXT,
       address TEXT, detail TEXT)`,
    `CREATE INDEX audit_of ON audit (sub, number)`,
    appendOnly(dialect),
  ],
];

/** What it takes to bring a schema of version `from` (0: none) up to date: nothing where it is. */
export function migration(dialect: Dialect, from: number): readonly Statement[] {
  const all = migrations(dialect);
  if (from > all.length) {
    throw new Error(
      `the database is of version ${from} and this program knows ${all.length}: run the newer program again, or restore ` +
        'a copy from before the upgrade',
    );
  }
  if (from === all.length) return [];
  return [
    ...all
      .slice(from)
      .flat()
      .map((sql) => statement(sql)),
    statement(
      `INSERT INTO facts (name, value) VALUES ('schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      `${all.length}`,
    ),
  ];
}

/** The version of a schema, from the fact that says it; 0 where there is no schema. */
export const schemaVersion = (row: Row | undefined): number => Number(row?.value ?? 0);

/** Where the version of the schema stands. */
export const SCHEMA_QUERY = `SELECT value FROM facts WHERE name = 'schema'`;

/** What has expired is forgotten by these; `now` is `$1`. Sessions are not: apps are told when one is over. */
export const PURGE: readonly string[] = [
  'DELETE FROM artefacts WHERE expires <= $1',
  'DELETE FROM spent WHERE expires <= $1',
  'DELETE FROM links WHERE expires <= $1',
];

/** Whether a database has a schema at all: asks its catalogue. */
export const hasSchema = async (sql: Pick<Sql, 'query'>, dialect: Dialect): Promise<boolean> => {
  const query =
    dialect === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'facts'`
      : `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'facts'`;
  return (await sql.query(query)).length > 0;
};
