import { App, type Database } from '@hearth/domain';
import {
  ApiError,
  type Context,
  type Immutable,
  keyText,
  LeaseEnded,
  Namespace,
  type Outcome,
  ready,
  Secret,
  Stalled,
  Unreachable,
  Waiting,
} from '@hearth/runtime';
import { annotations } from '../names.ts';
import { type AnyProvider, findProvider } from '../provider.ts';
import { boundPassword, unseenSecret } from './binding.ts';
import { claimOf } from './claim.ts';
import { planRelease } from './plan.ts';
import type { Claim, DatabaseProvider, Observation, OpenProvider } from './provider.ts';
import { deleteTombstone, findTombstone, tombstoneSecret } from './tombstone.ts';

/**
 * Retains or drops what a deleted Database had. A server that can't be asked holds the Database back, until
 * it can be or a person says that it never will.
 */
export async function releaseDatabase(
  database: Immutable<Database>,
  open: OpenProvider,
  context: Context,
): Promise<Outcome> {
  if (madeNothing(database, context) || (await goesWithItsProvider(database, context))) return ready();
  try {
    await release(database, open, context);
    return ready();
  } catch (error) {
    if (context.signal.aborted || !isTrouble(error)) throw error;
    const asked = database.metadata.annotations?.[annotations.forget] === 'true';
    if (!asked && !(await lostItsAccount(database, error, context))) throw withWayOut(error, database);
    const why = asked ? 'as asked' : 'with its namespace';
    const message = `Let go ${why}. Left behind: ${leftBehind(database)}. ${error.message}`;
    context.event('Warning', 'Forgotten', message);
    context.log.warn({ error }, message);
    return ready();
  }
}

/** What keeps a Database from being given back, foreseen or not; that the API server is away, or another leads, is none. */
const isTrouble = (error: unknown): error is Error =>
  error instanceof Error && ![ApiError, Unreachable, LeaseEnded].some((type) => error instanceof type);

/**
 * Nothing is made on a server before the binding Secret is written, and status follows when all is. So what was
 * refused, or never reached its server, goes at once.
 */
function madeNothing(database: Immutable<Database>, { read }: Context): boolean {
  return database.status?.database === undefined && read.owned(Secret, database).length === 0;
}

/** A provider in the same namespace, which is being deleted, is deleted with all that it holds. */
async function goesWithItsProvider(database: Immutable<Database>, context: Context): Promise<boolean> {
  if (context.read.get(App, database.spec.providerRef)?.spec.external !== undefined) return false;
  return goesWithItsNamespace(database, context);
}

/**
 * The namespace took along the Secret by which its own external provider let us in. Nothing can be made in a
 * namespace that is being deleted, so to wait for it would be to wait for ever.
 */
async function lostItsAccount(
  database: Immutable<Database>,
  error: Error,
  context: Context,
): Promise<boolean> {
  const isLost = error instanceof Waiting && error.reason === 'CredentialsMissing';
  return isLost && goesWithItsNamespace(database, context);
}

/** Whether the provider is in the Database's own namespace, and that is being deleted. */
async function goesWithItsNamespace(database: Immutable<Database>, { read }: Context): Promise<boolean> {
  const { namespace } = database.spec.providerRef;
  if (namespace !== database.metadata.namespace) return false;
  return (await read.live(Namespace, { name: namespace }))?.metadata.deletionTimestamp !== undefined;
}

async function release(database: Immutable<Database>, open: OpenProvider, context: Context): Promise<void> {
  const { providerRef } = database.spec;
  // A provider that no longer shares still has to give back what it holds: it is asked as its own namespace would.
  const provider = findProvider(context.read, providerRef, 'Database', providerRef.namespace);
  const claim = claimOf(database, context.read);
  const server = open(provider, context);
  try {
    const observed = await server.observe(claim, undefined);
    await carryOut(database, { provider, claim, observed }, server, context);
  } finally {
    await server.close();
  }
}

/** What a deleted Database has on its server. */
interface Holding {
  readonly provider: AnyProvider;
  readonly claim: Claim;
  readonly observed: Observation;
}

async function carryOut(
  database: Immutable<Database>,
  holding: Holding,
  server: DatabaseProvider,
  context: Context,
): Promise<void> {
  const { provider, claim, observed } = holding;
  const { deletion } = database.spec;
  const { steps, tombstone } = planRelease(observed, deletion, context.clock.now());
  // First the tombstone: the password in it goes with the binding Secret.
  if (tombstone) await raiseTombstone(database, holding, context);
  for (const step of steps) await server.carryOut(step, claim);
  if (deletion === 'Delete') await deleteTombstone(provider, claim, context);
  // Of what was its own, and is somebody else's by now.
  if (database.status?.database === claim.name) tellOfOthers(holding, context);
  if (steps.length > 0 && observed.database.is !== 'foreign') tell(deletion, holding, context);
}

function tell(deletion: 'Retain' | 'Delete', { provider, claim }: Holding, { event }: Context): void {
  const { namespace, name } = claim.mark;
  const place = `database "${claim.name}" in App ${keyText(provider.ref)}`;
  if (deletion === 'Delete') event('Normal', 'Dropped', `Dropped ${place} and its role.`);
  else {
    const message = `Kept ${place}: a Database ${namespace}/${name} for the same app takes it back.`;
    event('Normal', 'Retained', message);
  }
}

function tellOfOthers({ provider, claim, observed }: Holding, { event }: Context): void {
  for (const what of ['database', 'role'] as const) {
    const standing = observed[what];
    if (standing.is !== 'foreign') continue;
    const place = `${what} "${claim.name}" in App ${keyText(provider.ref)}`;
    event('Warning', 'LeftBehind', `Left ${place} as it is: it ${standing.whose}.`);
  }
}

async function raiseTombstone(
  database: Immutable<Database>,
  { provider, claim, observed }: Holding,
  { read, act, clock }: Context,
): Promise<void> {
  // In a namespace that is being deleted nothing can be written; the marks on the server remember enough.
  const namespace = await read.live(Namespace, { name: provider.ref.namespace });
  if (namespace?.metadata.deletionTimestamp !== undefined) return;
  const earlier = await findTombstone(read, provider, claim);
  const tombstone = tombstoneSecret(provider, claim, {
    password: boundPassword(database, read, await unseenSecret(database, read)) ?? earlier?.password,
    size: observed.size,
    since: earlier?.since ?? clock.now().toISOString(),
  });
  await act.apply(tombstone, { force: true });
}

function leftBehind({ spec, status }: Immutable<Database>): string {
  const what = status?.database === undefined ? 'what was made' : `database and role "${status.database}"`;
  return `${what} in App ${keyText(spec.providerRef)}`;
}

/** The same failure, with what a person can do if it never passes. */
function withWayOut(error: Error, database: Immutable<Database>): Error {
  const { namespace, name } = database.metadata;
  const message =
    `${error.message} If it never comes back: kubectl annotate database ${name} -n ${namespace} ` +
    `${annotations.forget}=true lets this Database go and leaves behind ${leftBehind(database)}.`;
  return error instanceof Waiting || error instanceof Stalled
    ? new Waiting(error.reason, message, error.detail)
    : new Error(message, { cause: error });
}
