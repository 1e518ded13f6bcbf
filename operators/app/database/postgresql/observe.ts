import { Stalled } from '@hearth/runtime';
import { type Standing, standingOf } from '../mark.ts';
import type { Claim, DatabaseFix, Observation, OpenDatabase, RoleFix } from '../provider.ts';
import { recheck } from './errors.ts';
import type { Session } from './session.ts';

interface RoleRow {
  readonly comment: string | null;
  readonly rolsuper: boolean;
  readonly rolcreatedb: boolean;
  readonly rolcreaterole: boolean;
  readonly rolreplication: boolean;
  readonly rolbypassrls: boolean;
  readonly rolcanlogin: boolean;
  readonly expires: boolean;
}

interface DatabaseRow {
  readonly comment: string | null;
  readonly owner: string;
  readonly datallowconn: boolean;
  readonly everybody: boolean;
}

/** What the server's shared catalogues tell: all but what stands inside the database itself. */
export type OutsideView = Pick<
  Observation,
  'role' | 'database' | 'roleFixes' | 'databaseFixes' | 'open' | 'size'
> & {
  /** Of the extensions asked for. */
  readonly available: readonly string[];
  /** One can connect to the database. */
  readonly connectable: boolean;
};

/** What stands inside the database. */
export interface InsideView {
  readonly schemaForeign: boolean;
  readonly installed: readonly InstalledExtension[];
}

interface InstalledExtension {
  readonly name: string;
  /** Another extension needs it. */
  readonly required: boolean;
}

/** Looks at role and database from the maintenance database. */
export async function observeOutside(session: Session, claim: Claim): Promise<OutsideView> {
  await requireVersion(session);
  const role = await roleOf(session, claim.name);
  const database = await databaseOf(session, claim.name);
  const roleStanding: Standing = role ? standingOf(role.comment, claim.mark) : { is: 'absent' };
  const databaseStanding = databaseStandingOf(database, roleStanding, claim);
  const ours = databaseStanding.is === 'ours' || databaseStanding.is === 'retained';
  return {
    role: roleStanding,
    database: databaseStanding,
    roleFixes: role ? roleFixesOf(role) : [],
    databaseFixes: database ? databaseFixesOf(database, claim) : [],
    open: await openDatabases(session, claim.name),
    size: ours ? await sizeOf(session, claim.name) : undefined,
    available: await availableExtensions(session, claim.extensions),
    connectable: ours && database?.datallowconn === true,
  };
}

/** Looks at what is in the database, from inside. */
export async function observeInside(session: Session, claim: Claim): Promise<InsideView> {
  const schemas = await session.query<{ owner: string }>(
    `SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'public'`,
  );
  const installed = await session.query<InstalledExtension>(
    `SELECT extname AS name, EXISTS (
              SELECT FROM pg_depend
               WHERE classid = 'pg_extension'::regclass AND refclassid = 'pg_extension'::regclass
                 AND refobjid = extension.oid
            ) AS required
       FROM pg_extension AS extension ORDER BY extname`,
  );
  const owner = schemas[0]?.owner;
  return {
    // From PostgreSQL 15 on the schema belongs to pg_database_owner, which is whoever owns the database.
    schemaForeign: owner !== undefined && owner !== claim.name && owner !== 'pg_database_owner',
    installed,
  };
}

/** Puts both views together. Without a database to look into, nothing of what is asked for is there yet. */
export function observationOf(
  outside: OutsideView,
  inside: InsideView | undefined,
  password: Observation['password'],
  claim: Claim,
): Observation {
  const { available, connectable: _, ...facts } = outside;
  const installed = inside?.installed ?? [];
  const missing = claim.extensions.filter((name) => !installed.some((extension) => extension.name === name));
  return {
    ...facts,
    password,
    schemaForeign: inside?.schemaForeign ?? false,
    extensions: {
      missing,
      unavailable: missing.filter((name) => !available.includes(name)),
      extra: installed
        .filter(({ name, required }) => !required && name !== 'plpgsql' && !claim.extensions.includes(name))
        .map(({ name }) => name),
    },
  };
}

/** DROP DATABASE … WITH (FORCE) came with 13. */
async function requireVersion(session: Session): Promise<void> {
  const [row] = await session.query<{ version: number; text: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text`,
  );
  if (row && row.version >= 130_000) return;
  throw new Stalled(
    'ProviderTooOld',
    `The server runs PostgreSQL ${row?.text ?? '?'}; Hearth needs 13 or newer: upgrade it.`,
    { after: recheck },
  );
}

async function roleOf(session: Session, name: string): Promise<RoleRow | undefined> {
  const [row] = await session.query<RoleRow>(
    `SELECT shobj_description(oid, 'pg_authid') AS comment, rolsuper, rolcreatedb, rolcreaterole, rolreplication,
            rolbypassrls, rolcanlogin, coalesce(rolvaliduntil < 'infinity', false) AS expires
       FROM pg_roles WHERE rolname = $1`,
    [name],
  );
  return row;
}

function roleFixesOf(role: RoleRow): RoleFix[] {
  const fixes: [boolean, RoleFix][] = [
    [!role.rolcanlogin, 'LOGIN'],
    [role.rolsuper, 'NOSUPERUSER'],
    [role.rolcreatedb, 'NOCREATEDB'],
    [role.rolcreaterole, 'NOCREATEROLE'],
    [role.rolreplication, 'NOREPLICATION'],
    [role.rolbypassrls, 'NOBYPASSRLS'],
    [role.expires, "VALID UNTIL 'infinity'"],
  ];
  return fixes.filter(([wrong]) => wrong).map(([, fix]) => fix);
}

async function databaseOf(session: Session, name: string): Promise<DatabaseRow | undefined> {
  const [row] = await session.query<DatabaseRow>(
    `SELECT shobj_description(oid, 'pg_database') AS comment, pg_get_userbyid(datdba) AS owner, datallowconn,
            has_database_privilege('public', oid, 'CONNECT') OR has_database_privilege('public', oid, 'TEMPORARY')
              AS everybody
       FROM pg_database WHERE datname = $1`,
    [name],
  );
  return row;
}

/**
 * CREATE DATABASE can't be one transaction with the COMMENT that marks it. What a pass was cut off from marking
 * has no comment and belongs to the role that was marked before; nothing else does.
 */
function databaseStandingOf(database: DatabaseRow | undefined, role: Standing, claim: Claim): Standing {
  if (database === undefined) return { is: 'absent' };
  const roleIsOurs = role.is === 'ours' || role.is === 'retained';
  if (database.comment === null && database.owner === claim.name && roleIsOurs) return { is: 'unfinished' };
  return standingOf(database.comment, claim.mark);
}

function databaseFixesOf(database: DatabaseRow, claim: Claim): DatabaseFix[] {
  const fixes: [boolean, DatabaseFix][] = [
    [database.owner !== claim.name, 'owner'],
    [database.everybody, 'access'],
    [!database.datallowconn, 'closed'],
  ];
  return fixes.filter(([wrong]) => wrong).map(([, fix]) => fix);
}

async function openDatabases(session: Session, except: string): Promise<readonly OpenDatabase[]> {
  return session.query<OpenDatabase>(
    `SELECT datname AS name, pg_has_role(datdba, 'USAGE') AS closable FROM pg_database
      WHERE datallowconn AND datname <> $1 AND has_database_privilege('public', oid, 'CONNECT') ORDER BY datname`,
    [except],
  );
}

async function sizeOf(session: Session, name: string): Promise<number | undefined> {
  const [row] = await session.query<{ size: string }>('SELECT pg_database_size($1::name)::text AS size', [
    name,
  ]);
  return row && Number(row.size);
}

async function availableExtensions(session: Session, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await session.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY($1)',
    [names],
  );
  return rows.map(({ name }) => name);
}
