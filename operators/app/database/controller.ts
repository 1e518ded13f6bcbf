import { App, AppDefinition, Database, Home } from '@hearth/domain';
import {
  type Clock,
  type Context,
  type Controller,
  type Immutable,
  type Key,
  keyOf,
  keyText,
  type Mapped,
  mapped,
  type Outcome,
  type Read,
  ready,
  Secret,
  Stalled,
  specOf,
  stalled,
} from '@hearth/runtime';
import { appsByDefinition, databasesByProvider } from '../indexes.ts';
import { managedSelector } from '../names.ts';
import { findProvider, type Provider, readinessOf, requireReady } from '../provider.ts';
import {
  type BindingPassword,
  boundPassword,
  choosePassword,
  deleteFormerSecrets,
  requireOwnSecret,
  writeBinding,
} from './binding.ts';
import { claimOf } from './claim.ts';
import { releaseDatabase } from './finalize.ts';
import { type DatabasePlan, planDatabase } from './plan.ts';
import { postgresql } from './postgresql/adapter.ts';
import type { Claim, DatabaseProvider, Observation, OpenProvider } from './provider.ts';
import { deleteTombstone, findTombstone } from './tombstone.ts';

/** How often a role's password is tried though nothing changed, and drift is looked for, in milliseconds. */
const checkInterval = 600_000;

/** What is known of the last login of each Database's role, by uid: whether it is time for another. */
interface LoginMemory {
  isDue(database: Immutable<Database>, password: string): boolean;
  worked(database: Immutable<Database>, password: string): void;
  forget(database: Immutable<Database>): void;
}

/** What a pass found out. */
interface Facts {
  readonly claim: Claim;
  readonly provider: Provider<'Database'>;
  readonly observed: Observation;
  readonly password: BindingPassword;
}

/** What a Database depends on beside itself. */
const watches: readonly Mapped[] = [
  mapped(App, (app, read) => databasesOf(keyOf(app), read), { aspect: asItsDatabasesSeeIt }),
  mapped(
    AppDefinition,
    ({ metadata: { name } }, read) =>
      read
        .list(App, { index: [appsByDefinition.name, name] })
        .flatMap((app) => databasesOf(keyOf(app), read)),
    { aspect: specOf },
  ),
  mapped(Home, (_, read) => read.list(Database).map(keyOf), { aspect: specOf }),
];

/** Keeps a database, the role that owns it and its binding Secret as each Database asks. */
export const databaseController: Controller<Database> = createDatabaseController();

/** The controller with its adapter; tests pass one that breaks. */
export function createDatabaseController(open: OpenProvider = postgresql()): Controller<Database> {
  let memory: LoginMemory | undefined;
  return {
    name: 'database',
    kind: Database,
    finalizer: 'apps.hearth.dev/database',
    owns: [{ kind: Secret, selector: managedSelector }],
    watches,
    indexes: [databasesByProvider, appsByDefinition],

    async reconcile(database, context) {
      memory ??= loginMemory(context.clock);
      const provider = requireProvider(database, context);
      const server = open(provider, context);
      try {
        const facts = await gather(database, provider, server, memory, context);
        const outcome = await decideAndAct(database, facts, server, context);
        // What was neither tried nor set is no better known than before.
        const sure = facts.password.isNew || facts.observed.password !== 'unasked';
        if (sure && outcome.type === 'ready') memory.worked(database, facts.password.value);
        return outcome;
      } finally {
        await server.close();
      }
    },

    async finalize(database, context) {
      const outcome = await releaseDatabase(database, open, context);
      memory?.forget(database);
      return outcome;
    },
  };
}

function databasesOf(provider: Key, read: Read): Key[] {
  return read.list(Database, { index: [databasesByProvider.name, keyText(provider)] }).map(keyOf);
}

function asItsDatabasesSeeIt(app: Immutable<App>): readonly unknown[] {
  return [specOf(app), readinessOf(app)];
}

function requireProvider(database: Immutable<Database>, { read }: Context): Provider<'Database'> {
  const { providerRef, engine } = database.spec;
  const provider = findProvider(read, providerRef, 'Database', database.metadata.namespace ?? '');
  if (provider.provision.engine !== engine) {
    throw new Stalled(
      'WrongEngine',
      `App ${keyText(providerRef)} offers ${provider.provision.engine}, and this Database is to be ${engine}.`,
    );
  }
  requireReady(provider);
  return provider;
}

async function gather(
  database: Immutable<Database>,
  provider: Provider<'Database'>,
  server: DatabaseProvider,
  memory: LoginMemory,
  { read }: Context,
): Promise<Facts> {
  const claim = claimOf(database, read);
  const bound = boundPassword(database, read, await requireOwnSecret(database, read));
  const tried = bound !== undefined && memory.isDue(database, bound) ? bound : undefined;
  const observed = await server.observe(claim, tried);
  const kept = bound === undefined ? await findTombstone(read, provider, claim) : undefined;
  return { claim, provider, observed, password: choosePassword(bound, kept?.password) };
}

async function decideAndAct(
  database: Immutable<Database>,
  facts: Facts,
  server: DatabaseProvider,
  context: Context,
): Promise<Outcome> {
  const plan = planDatabase(facts.claim, {
    observed: facts.observed,
    password: facts.password.value,
    passwordIsNew: facts.password.isNew,
    known: database.status?.database !== undefined,
    server: `App ${keyText(facts.provider.ref)}`,
    isOwnServer: facts.provider.app.spec.external === undefined,
    offered: facts.provider.provision.extensions ?? [],
  });
  if ('refused' in plan)
    return stalled(plan.refused.reason, plan.refused.message, { after: plan.refused.after });
  return carryOut(database, facts, plan, server, context);
}

/**
 * The Secret comes first. Cut off after it, the next pass finds a password that the role doesn't have (or
 * whose login was never seen to work) and sets it; the other way round it would be lost.
 */
async function carryOut(
  database: Immutable<Database>,
  { claim, provider, password }: Facts,
  plan: Exclude<DatabasePlan, { refused: unknown }>,
  server: DatabaseProvider,
  context: Context,
): Promise<Outcome> {
  const binding = await writeBinding(database, provider, claim, password.value, context);
  for (const step of plan.steps) await server.carryOut(step, claim);
  await deleteTombstone(provider, claim, context);
  await deleteFormerSecrets(database, context);
  for (const { type, reason, message } of plan.happenings) context.event(type, reason, message);
  return ready({
    status: { home: claim.mark.home, database: claim.name, username: claim.name, ...binding },
    conditions: plan.conditions,
    after: checkInterval,
  });
}

/**
 * Remembers in this process alone: after a restart every role is tried once, so that what the last process was
 * cut off from is seen.
 */
function loginMemory(clock: Clock): LoginMemory {
  const seen = new Map<string, { readonly password: string; readonly at: number }>();
  const uidOf = ({ metadata }: Immutable<Database>) => metadata.uid ?? '';
  return {
    isDue(database, password) {
      const last = seen.get(uidOf(database));
      return last?.password !== password || clock.monotonic() - last.at >= checkInterval;
    },
    worked: (database, password) => seen.set(uidOf(database), { password, at: clock.monotonic() }),
    forget: (database) => seen.delete(uidOf(database)),
  };
}
