import { Client } from 'pg';
import type { BindingData } from '../../binding.ts';
import type { Server } from './cluster.ts';

/** Runs one statement as somebody, and answers its rows. */
async function ask(
  { host, port }: Pick<Server, 'host' | 'port'>,
  login: { readonly user: string; readonly password: string; readonly database: string },
  statement: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ host, port, ssl: false, ...login });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Runs one statement as the superuser. */
export function asAdmin(
  server: Server,
  statement: string,
  database = 'postgres',
): Promise<Record<string, unknown>[]> {
  const { username, password } = server.admin;
  return ask(server, { user: username, password, database }, statement);
}

/** Runs one statement as an app would: with nothing but its binding. */
export function asApp(
  server: Server,
  binding: BindingData | undefined,
  statement: string,
  database?: string,
): Promise<Record<string, unknown>[]> {
  const { username: user = '', password = '', database: own = '' } = binding ?? {};
  return ask(server, { user, password, database: database ?? own }, statement);
}

/** The SQLSTATE with which something failed; `none` where it did not. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** The names of all databases and roles that a home could have made. */
export async function inventory(server: Server): Promise<{ databases: unknown[]; roles: unknown[] }> {
  const databases = await asAdmin(
    server,
    `SELECT datname FROM pg_database WHERE datname NOT LIKE 'template_' ORDER BY 1`,
  );
  const roles = await asAdmin(
    server,
    `SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' ORDER BY 1`,
  );
  return { databases: databases.map((row) => row.datname), roles: roles.map((row) => row.rolname) };
}

/** All databases and roles that a home could have made: whose they are, what they may, and who may use them. */
export async function holdings(server: Server): Promise<Record<string, unknown>[]> {
  const databases = await asAdmin(
    server,
    `SELECT 'database ' || datname AS name, pg_get_userbyid(datdba) AS owner, datallowconn AS open, datacl::text AS rights,
            shobj_description(oid, 'pg_database') AS mark
       FROM pg_database WHERE datname NOT LIKE 'template_'`,
  );
  const roles = await asAdmin(
    server,
    `SELECT 'role ' || rolname AS name, rolcanlogin AS login, rolsuper OR rolcreatedb OR rolcreaterole AS powerful,
            rolconnlimit AS connections, shobj_description(oid, 'pg_authid') AS mark
       FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'`,
  );
  return [...databases, ...roles];
}
