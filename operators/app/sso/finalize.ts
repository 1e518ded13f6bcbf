import { App, type SSOClient } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  keyText,
  Namespace,
  type Outcome,
  ready,
  Secret,
  waiting,
} from '@hearth/runtime';
import { keptBy } from './binding.ts';
import { type Place, placesOf, providerAt } from './ledger.ts';
import { clientIdOf } from './names.ts';
import type { Adapters } from './providers.ts';
import { releaseAll } from './release.ts';

/**
 * Removes all clients of a deleted SSOClient. A provider that can't be asked holds it back, until it can be or a
 * person says that it never will.
 */
export async function releaseClient(
  client: Immutable<SSOClient>,
  adapters: Adapters,
  context: Context,
): Promise<Outcome> {
  if (madeNothing(client, context)) return ready();
  const places: Place[] = [];
  for (const place of placesOfDeleted(client, context)) {
    if (!(await goesWithItsProvider(client, place, context))) places.push(place);
  }
  const stuck = await releaseAll(client, places, adapters, context);
  if (stuck.length === 0) return ready();
  return waiting('ProviderAway', stuck.map(({ message }) => message).join(' '));
}

/**
 * Nothing is made at a provider before the Secret is written, and status follows when all is. So what was refused, or
 * never reached its provider, goes at once.
 */
const madeNothing = (client: Immutable<SSOClient>, { read }: Context): boolean =>
  client.status?.provider === undefined && read.owned(Secret, client).length === 0;

/** Where clients may be: by the ledger, and where that was lost, where the spec would have them. */
function placesOfDeleted(client: Immutable<SSOClient>, { read }: Context): Place[] {
  const { namespace = '', name } = client.metadata;
  const wished = { at: keyText(client.spec.providerRef), id: clientIdOf(namespace, name) };
  const known = placesOf(keptBy(client, read).ledger);
  return known.length > 0 ? known : [wished];
}

/** A provider in the same namespace, which is being deleted, is deleted with all that it holds. */
async function goesWithItsProvider(
  { metadata }: Immutable<SSOClient>,
  place: Place,
  { read }: Context,
): Promise<boolean> {
  const { namespace, name } = providerAt(place);
  if (namespace !== metadata.namespace) return false;
  if (read.get(App, { namespace, name })?.spec.external !== undefined) return false;
  return (await read.live(Namespace, { name: namespace }))?.metadata.deletionTimestamp !== undefined;
}
