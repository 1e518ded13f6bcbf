import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import { PROVIDERS_NAMESPACE } from '../schema/fields.ts';
import type { Provision, Slot } from '../schema/integration.ts';
import { listOf, refOf } from './ref.ts';
import { inRange } from './version-range.ts';

export { PROVIDERS_NAMESPACE };

/**
 * Whether an App may serve a namespace: its own, always; others only out of `hearth-providers`, and
 * only those that it shares itself with. So nobody's home-made provider is wired into a neighbour.
 */
export function mayServe(provider: App, namespace: string): boolean {
  const own = refOf(provider).namespace;
  if (own === namespace) return true;
  const shared = provider.spec.share?.namespaces ?? [];
  return own === PROVIDERS_NAMESPACE && (shared.includes('*') || shared.includes(namespace));
}

/** Whether the App's own condition says that it works. */
export const isReady = (app: App): boolean =>
  app.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Whether the App was deleted and only serves those that still use it. */
export const isLeaving = (app: App): boolean => app.metadata.deletionTimestamp !== undefined;

/** The version of a provider that counts for `needs`: what its offer says, else what runs or is pinned. */
export const offeredVersion = (app: App, definition: AppDefinition, offer: Provision): string | undefined =>
  ('version' in offer ? offer.version : undefined) ??
  app.status?.version ??
  app.spec.version ??
  definition.spec.versions[0]?.version;

/**
 * Why an offer can't serve a slot, as the end of a sentence that begins with the provider's name;
 * undefined when it can. Both are of one kind.
 */
export function shortcoming(offer: Provision, slot: Slot, version: string | undefined): string | undefined {
  if (slot.kind === 'SSOClient' && offer.kind === 'SSOClient') {
    return offer.strategies.includes(slot.strategy)
      ? undefined
      : `signs people in by ${listOf(offer.strategies.toSorted())}, not by ${slot.strategy}`;
  }
  if (slot.kind === 'Connection' && offer.kind === 'Connection') {
    return offer.role === slot.role ? undefined : `is a ${offer.role}, not a ${slot.role}`;
  }
  if (!('needs' in slot) || slot.needs === undefined || !('engine' in offer)) return undefined;
  return dataShortcoming(offer, slot.needs, version);
}

type DataOffer = Extract<Provision, { engine: string }>;
type DataNeeds = NonNullable<Extract<Slot, { kind: 'Database' }>['needs']>;

function dataShortcoming(offer: DataOffer, needs: DataNeeds, version = 'unknown'): string | undefined {
  if (needs.engine !== undefined && needs.engine !== offer.engine) {
    return `is ${offer.engine}, not ${needs.engine}`;
  }
  if (needs.version !== undefined && !inRange(version, needs.version)) {
    return `has version ${version}, and ${needs.version} is needed`;
  }
  const missing = (needs.extensions ?? []).filter((name) => !offer.extensions?.includes(name)).sort();
  if (missing.length > 0) {
    return `lacks the ${missing.length === 1 ? 'extension' : 'extensions'} ${listOf(missing)}`;
  }
  if (needs.isolation !== undefined && !offer.isolation?.includes(needs.isolation)) {
    return `keeps its users apart by ${listOf((offer.isolation ?? []).toSorted()) || 'nothing'}, not by ${needs.isolation}`;
  }
  return undefined;
}
