import { perObject } from '../per-object.ts';
import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import { integrationKinds, type Provision, type Slot } from '../schema/integration.ts';
import { byKey } from './ref.ts';

/** What a slot was joined to when its App's status was last written. */
export interface CurrentBinding {
  readonly provider: ProviderRef;
  /** There may be something in the provider by now: the binding was complete, or the app has run. */
  readonly settled: boolean;
}

/** What slot and offer must have in common to be matched at all. */
export const offerKey = (offer: Slot | Provision): string =>
  offer.kind === 'Connection' ? `Connection ${offer.role}` : offer.kind;

/** Whether a slot is made for Apps of this one's definition; one that lists none takes any. */
export function isCompatible(slot: Slot, app: App): boolean {
  const listed = slot.compatible ?? [];
  return listed.length === 0 || listed.some(({ definition }) => definition === app.spec.definition);
}

/** The slots of a definition in the order of their names, so that the order in the file means nothing. */
export const slotsOf = perObject(({ spec }: AppDefinition): readonly Slot[] =>
  [...(spec.integrations ?? [])].sort(byKey((slot) => slot.name)),
);

/** A definition's offers, in the order of their names. */
export const offersOf = perObject(({ spec }: AppDefinition): readonly Provision[] =>
  [...(spec.provides ?? [])].sort(byKey((offer) => `${offer.kind} ${offer.name}`)),
);

/** Whether the slot holds people's data. */
export const holdsData = (slot: Slot): boolean => integrationKinds[slot.kind].data;

/**
 * Whether a provider once used may never be exchanged without being asked: it holds data, or the
 * accounts of people, who would find empty second accounts elsewhere.
 */
export const isSticky = (slot: Slot): boolean =>
  holdsData(slot) || (slot.kind === 'SSOClient' && slot.linking === undefined);

/** Whether the app hasn't run yet, so that nothing is lost by any choice. */
export const isFirstInstallation = (app: App): boolean => app.status?.version === undefined;

/** What the slot is joined to, by the App's status. */
export function currentBinding(app: App, slot: Slot): CurrentBinding | undefined {
  const binding = app.status?.bindings?.find(({ name, kind }) => name === slot.name && kind === slot.kind);
  if (binding?.providerRef === undefined) return undefined;
  if (binding.state !== 'Bound' && binding.state !== 'Waiting') return undefined;
  return {
    provider: binding.providerRef,
    settled: binding.state === 'Bound' || !isFirstInstallation(app),
  };
}
