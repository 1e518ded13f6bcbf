import { escapeIdentifier, escapeLiteral } from 'pg';
import { writeMark } from '../mark.ts';
import type { Claim, RoleFix } from '../provider.ts';

// Names and values can't be parameters of these statements: PostgreSQL takes parameters only in queries.
// Every one that comes from outside goes through escapeIdentifier or escapeLiteral, here and nowhere else.

/** What no app's role may be. */
const attributes = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

/** Makes the role. `connections` is how many it may hold at once. */
export function createRole({ name }: Claim, verifier: string, connections: number): string {
  const role = escapeIdentifier(name);
  return `CREATE ROLE ${role} ${attributes} CONNECTION LIMIT ${connections} PASSWORD ${escapeLiteral(verifier)}`;
}

/** Lets an admin that is no superuser give databases to the role. */
export const joinRole = ({ name }: Claim): string => `GRANT ${escapeIdentifier(name)} TO CURRENT_USER`;

/** Sets right what is wrong with the role; names only that, since some attributes only a superuser may name. */
export function alterRole(
  { name }: Claim,
  fixes: readonly RoleFix[],
  verifier: string | undefined,
): string | undefined {
  const password = verifier === undefined ? [] : [`PASSWORD ${escapeLiteral(verifier)}`];
  const clauses = [...fixes, ...password];
  return clauses.length === 0 ? undefined : `ALTER ROLE ${escapeIdentifier(name)} ${clauses.join(' ')}`;
}

/** Locks the role out. */
export const lockRole = ({ name }: Claim): string => `ALTER ROLE ${escapeIdentifier(name)} NOLOGIN`;

/** Marks the role; `retained` (ISO 8601) makes the mark a tombstone. */
export const markRole = ({ name, mark }: Claim, retained?: string): string =>
  `COMMENT ON ROLE ${escapeIdentifier(name)} IS ${escapeLiteral(writeMark({ ...mark, retained }))}`;

/** Marks the database; `retained` (ISO 8601) makes the mark a tombstone. */
export const markDatabase = ({ name, mark }: Claim, retained?: string): string =>
  `COMMENT ON DATABASE ${escapeIdentifier(name)} IS ${escapeLiteral(writeMark({ ...mark, retained }))}`;

/**
 * Makes the database, from the template that nobody can have written into, and closed: until it is marked
 * and barred to others, nobody is to be in it.
 */
export function createDatabase({ name }: Claim): string {
  const database = escapeIdentifier(name);
  return `CREATE DATABASE ${database} OWNER ${database} TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false`;
}

/** What makes a database the role's own and nobody else's, and opens it. One transaction. */
export function openDatabase(claim: Claim): string[] {
  const name = escapeIdentifier(claim.name);
  return [
    markDatabase(claim),
    `ALTER DATABASE ${name} OWNER TO ${name}`,
    barEverybody(claim.name),
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`,
  ];
}

/**
 * Waits until no other pass changes what all Databases share, to the end of the transaction, also where that is the
 * end of the connection. Without it, of two that change a database's rights at once PostgreSQL refuses one (`tuple
 * concurrently updated`). The number means nothing; sessions of one database see each other's locks, and all that
 * take this one are in the maintenance database.
 */
export const awaitTurn = 'SELECT pg_advisory_xact_lock(4843872)';

/** Takes from everybody what PostgreSQL gives them in every database. */
export const barEverybody = (database: string): string =>
  `REVOKE CONNECT, TEMPORARY ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`;

/** Gives the role the schema in which apps put their tables. */
export const takeSchema = ({ name }: Claim): string =>
  `ALTER SCHEMA public OWNER TO ${escapeIdentifier(name)}`;

/** Ends the sessions in it and drops it. */
export const dropDatabase = ({ name }: Claim): string =>
  `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`;

/** Drops the role, which must own nothing any more. */
export const dropRole = ({ name }: Claim): string => `DROP ROLE IF EXISTS ${escapeIdentifier(name)}`;
