import { Stalled } from '@hearth/runtime';
import { escapeIdentifier } from 'pg';
import type { Claim } from '../provider.ts';
import { recheck } from './errors.ts';
import type { Session } from './session.ts';
import { transaction } from './session.ts';

/** Where extensions go that only a superuser may make: a schema into which no app can write. */
const safeSchema = 'hearth_extensions';

interface Available {
  readonly name: string;
  /** PostgreSQL lets the owner of a database make it: its script was written to be safe from that owner. */
  readonly trusted: boolean;
  /** Where its author insists on having it. */
  readonly schema: string | null;
}

/**
 * Makes extensions in the claim's database, with what they require.
 *
 * The script of an extension runs as a superuser, and calls whatever it finds in the schema that it is made in or that
 * one which it requires is in. The app owns its database and can put objects there that look like PostgreSQL's own
 * (https://www.postgresql.org/docs/current/sql-createextension.html, "trojan-horse objects"). So what is trusted is
 * made with the app's own rights, and everything else where the app can't write.
 *
 * @throws Stalled where there is no such place.
 */
export async function createExtensions(
  session: Session,
  claim: Claim,
  names: readonly string[],
): Promise<void> {
  const available = await session.query<Available>(
    `SELECT name, trusted, schema FROM pg_available_extension_versions
      WHERE name = ANY($1)
        AND version = (SELECT default_version FROM pg_available_extensions AS extension
                        WHERE extension.name = pg_available_extension_versions.name)`,
    [names],
  );
  // These first: what they require then comes to lie beside them, also where it is trusted.
  for (const extension of available.filter(({ trusted }) => !trusted))
    await createAsAdmin(session, claim, extension);
  for (const { name } of available.filter(({ trusted }) => trusted)) {
    await transaction(session, [
      `SET LOCAL ROLE ${escapeIdentifier(claim.name)}`,
      `CREATE EXTENSION IF NOT EXISTS ${escapeIdentifier(name)} SCHEMA public CASCADE`,
    ]);
  }
}

async function createAsAdmin(session: Session, claim: Claim, extension: Available): Promise<void> {
  const role = escapeIdentifier(claim.name);
  const target = extension.schema ?? safeSchema;
  const schema = escapeIdentifier(target);
  if (!target.startsWith('pg_')) {
    await transaction(session, [
      `CREATE SCHEMA IF NOT EXISTS ${schema}`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    ]);
  }
  await refuseOpen(session, claim, extension.name, target);
  await transaction(session, [
    // An author's schema is only had with CASCADE where another is named.
    `CREATE EXTENSION IF NOT EXISTS ${escapeIdentifier(extension.name)} SCHEMA ${schema} CASCADE`,
    ...(target === safeSchema
      ? [`ALTER ROLE ${role} IN DATABASE ${role} SET search_path = "$user", public, ${schema}`]
      : []),
  ]);
}

/** A schema that the role owns, or may write into, or could give itself the right to. */
async function refuseOpen(session: Session, claim: Claim, extension: string, target: string): Promise<void> {
  const [open] = await session.query<{ schema: string }>(
    `WITH RECURSIVE needed(name) AS (
       SELECT $1::name
        UNION
       SELECT required FROM needed
         JOIN pg_available_extensions AS known ON known.name = needed.name
         JOIN pg_available_extension_versions AS version
           ON version.name = known.name AND version.version = known.default_version
        CROSS JOIN unnest(version.requires) AS required)
     SELECT nspname AS schema FROM pg_namespace
      WHERE (nspname = $2::name OR oid IN (SELECT extnamespace FROM pg_extension JOIN needed ON extname = name))
        AND (pg_has_role($3::name, nspowner, 'MEMBER') OR has_schema_privilege($3::name, oid, 'CREATE'))`,
    [extension, target, claim.name],
  );
  if (open === undefined) return;
  throw new Stalled(
    'ExtensionUnsafe',
    `Extension ${extension} is made by a superuser, whose script would run what role "${claim.name}" can put into ` +
      `schema ${open.schema} of its database: let a superuser look at that schema, and make the extension by hand.`,
    { after: recheck },
  );
}
