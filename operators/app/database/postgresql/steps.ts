import type { Claim, Step } from '../provider.ts';
import { createExtensions } from './extensions.ts';
import { scramVerifier } from './scram.ts';
import { type Session, transaction } from './session.ts';
import * as sql from './statements.ts';

/** The steps that are carried out inside the database; all others are, from the maintenance database. */
export type InsideStep = Extract<Step, { do: 'takeSchema' | 'createExtensions' }>;
/** The steps that are carried out from the maintenance database. */
export type OutsideStep = Exclude<Step, InsideStep>;

/** Whether a step needs a connection to the claim's own database. */
export function isInside(step: Step): step is InsideStep {
  return step.do === 'takeSchema' || step.do === 'createExtensions';
}

/** What a step does, for the sentence of its failure. */
export function describe(step: Step, { name }: Claim): string {
  const sentences: Record<Step['do'], string> = {
    createRole: `creating role "${name}"`,
    mendRole: `setting role "${name}" right`,
    createDatabase: `creating database "${name}"`,
    openDatabase: `giving database "${name}" to its role`,
    takeSchema: `giving schema public of database "${name}" to its role`,
    createExtensions: `creating extensions in database "${name}"`,
    closeDatabases: 'closing other databases to everybody',
    retain: `locking role "${name}" and marking its database as kept`,
    dropDatabase: `dropping database "${name}"`,
    dropRole: `dropping role "${name}"`,
  };
  return sentences[step.do];
}

/** Carries out a step inside the claim's database. */
export async function carryOutInside(session: Session, step: InsideStep, claim: Claim): Promise<void> {
  if (step.do === 'takeSchema') {
    await session.query(sql.takeSchema(claim));
    return;
  }
  await createExtensions(session, claim, step.extensions);
}

/** Carries out a step from the maintenance database. */
export async function carryOutOutside(session: Session, step: OutsideStep, claim: Claim): Promise<void> {
  switch (step.do) {
    case 'createRole':
      return createRole(session, claim, step.password);
    case 'mendRole':
      return mendRole(session, claim, step);
    case 'createDatabase':
      await session.query(sql.createDatabase(claim));
      return;
    case 'openDatabase':
      return transaction(session, sql.openDatabase(claim));
    case 'closeDatabases':
      return transaction(session, [sql.awaitTurn, ...step.databases.map(sql.barEverybody)]);
    case 'retain':
      return retain(session, claim, step);
    case 'dropDatabase':
      await session.query(sql.dropDatabase(claim));
      return;
    case 'dropRole':
      await session.query(sql.dropRole(claim));
      return;
  }
}

/** The connection limit is half of what the server has: an app that leaks connections doesn't shut out the rest. */
async function createRole(session: Session, claim: Claim, password: string): Promise<void> {
  const [server] = await session.query<{ half: number; superuser: boolean }>(
    `SELECT current_setting('max_connections')::int / 2 AS half, rolsuper AS superuser
       FROM pg_roles WHERE rolname = current_user`,
  );
  const verifier = await scramVerifier(password);
  const join = server?.superuser ? [] : [sql.joinRole(claim)];
  await transaction(session, [
    sql.createRole(claim, verifier, server?.half ?? -1),
    sql.markRole(claim),
    ...join,
  ]);
}

async function mendRole(
  session: Session,
  claim: Claim,
  { fixes, password }: Extract<Step, { do: 'mendRole' }>,
): Promise<void> {
  const verifier = password === undefined ? undefined : await scramVerifier(password);
  const alter = sql.alterRole(claim, fixes, verifier);
  await transaction(session, [sql.markRole(claim), ...(alter === undefined ? [] : [alter])]);
}

/**
 * Locks first, so that whoever is put out can't come back in; marks last, since by the marks a pass knows that all
 * of this is done.
 */
async function retain(
  session: Session,
  claim: Claim,
  { since, role, database }: Extract<Step, { do: 'retain' }>,
): Promise<void> {
  if (role) {
    await session.query(sql.lockRole(claim));
    await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
      claim.name,
    ]);
  }
  await transaction(session, [
    ...(role ? [sql.markRole(claim, since)] : []),
    ...(database ? [sql.markDatabase(claim, since)] : []),
  ]);
}
