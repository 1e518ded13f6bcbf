import type { SSOClient } from '@hearth/domain';
import { ApiError, type Context, type Immutable, LeaseEnded, Unreachable } from '@hearth/runtime';
import { annotations } from '../names.ts';
import { findProvider } from '../provider.ts';
import { keptBy } from './binding.ts';
import { bareClaimOf, homeIdOf } from './claim.ts';
import { type Place, providerAt } from './ledger.ts';
import { planRelease } from './plan.ts';
import type { Adapters } from './providers.ts';

/** A client that could not be removed. */
export interface Stuck {
  readonly place: Place;
  readonly message: string;
}

/** Removes the client at a place, if it is ours. */
async function release(
  client: Immutable<SSOClient>,
  { at, id }: Place,
  adapters: Adapters,
  context: Context,
): Promise<void> {
  const home = keptBy(client, context.read).ledger.home ?? homeIdOf(context.read);
  const ref = providerAt({ at });
  // A provider that no longer shares still has to give back what it holds: it is asked as its own namespace would.
  const provider = findProvider(context.read, ref, 'SSOClient', ref.namespace);
  const claim = { ...bareClaimOf(client, home), id };
  const session = adapters[provider.provision.api].open(provider, context);
  try {
    const steps = planRelease(await session.observe(claim, []));
    for (const step of steps) await session.carryOut(step, claim);
    if (steps.length > 0) context.event('Normal', 'Removed', `Removed client "${id}" in App ${at}.`);
  } finally {
    await session.close();
  }
}

/** Removes the clients at all these places; says where that could not be done. One that is to be forgotten is let go. */
export async function releaseAll(
  client: Immutable<SSOClient>,
  places: readonly Place[],
  adapters: Adapters,
  context: Context,
): Promise<Stuck[]> {
  const stuck: Stuck[] = [];
  for (const place of places) {
    try {
      await release(client, place, adapters, context);
    } catch (error) {
      if (context.signal.aborted || !isTrouble(error)) throw error;
      if (isToForget(client)) forget(place, error, context);
      else stuck.push({ place, message: `${error.message} ${wayOut(client, place)}` });
    }
  }
  return stuck;
}

/** What keeps a client from being removed, foreseen or not; that the API server is away, or another leads, is none. */
const isTrouble = (error: unknown): error is Error =>
  error instanceof Error && ![ApiError, Unreachable, LeaseEnded].some((type) => error instanceof type);

/** Whether a person says that a provider never comes back. */
const isToForget = ({ metadata }: Immutable<SSOClient>): boolean =>
  metadata.annotations?.[annotations.forget] === 'true';

/** Tells that a client is let go. */
function forget({ at, id }: Place, error: Error, { event, log }: Context): void {
  const sentence = `Let go as asked. Left behind: client "${id}" in App ${at}, if it is there. ${error.message}`;
  event('Warning', 'Forgotten', sentence);
  log.warn({ error }, sentence);
}

/** What a person can do if a provider never comes back. */
const wayOut = ({ metadata }: Immutable<SSOClient>, { at, id }: Place): string =>
  `If it never comes back: kubectl annotate ssoclient ${metadata.name} -n ${metadata.namespace} ` +
  `${annotations.forget}=true lets it go and leaves behind client "${id}" in App ${at}.`;
