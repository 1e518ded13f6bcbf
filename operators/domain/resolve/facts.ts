import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Slot } from '../schema/integration.ts';
import { refKey, refOf } from './ref.ts';
import { currentBinding, offerKey } from './slot.ts';

/**
 * What can be known of an App from itself and its definition alone, as texts by which Apps are found. Since a fact
 * depends on no other App, an index of facts is kept up to date one App at a time.
 */
export const fact = {
  /** It is an App of this definition. */
  of: (definition: string): string => `of ${definition}`,
  /** It is joined to this App (`NAMESPACE/NAME`), was, or is to be. */
  names: (key: string): string => `names ${key}`,
  /** It is in this namespace and offers this (`offerKey`). */
  offers: (namespace: string, offer: string): string => `offers ${namespace} ${offer}`,
  /** It has an empty slot for this (`offerKey`). */
  open: (offer: string): string => `open ${offer}`,
  /** It can't go on: it has an empty slot that it can't do without, or says that it is stalled. */
  lacking: 'lacking',
  /** It is just being moved from one identity provider to another. */
  moving: 'moving',
  /** It is joined to this App (`NAMESPACE/NAME`), which is to serve nobody else. */
  holds: (key: string): string => `holds ${key}`,
} as const;

/** What can be known of a definition. */
export const definitionFact = {
  /** Its Apps offer this (`offerKey`). */
  offers: (offer: string): string => `offers ${offer}`,
  /** It has a slot for this (`offerKey`) that wants a provider to itself. */
  wantsAlone: (offer: string): string => `wants alone ${offer}`,
} as const;

/** What is known of an App, each fact once. */
export function factsOf(app: App, definition: AppDefinition | undefined): readonly string[] {
  const { namespace } = refOf(app);
  const empty = emptySlots(app, definition);
  return unique([
    fact.of(app.spec.definition),
    ...namedBy(app).map((ref) => fact.names(refKey(ref))),
    ...(definition?.spec.provides ?? []).map((offer) => fact.offers(namespace, offerKey(offer))),
    ...empty.map((slot) => fact.open(offerKey(slot))),
    ...(empty.some(({ required }) => required) || isStalled(app) ? [fact.lacking] : []),
    ...(isMoving(app) ? [fact.moving] : []),
    ...heldAlone(app, definition).map(fact.holds),
  ]);
}

/** What is known of a definition, each fact once. */
export function factsOfDefinition({ spec }: AppDefinition): readonly string[] {
  const { provides = [], integrations = [] } = spec;
  // Of a catalogue, most.
  if (provides.length === 0 && !integrations.some(wantsAlone)) return [];
  return unique([
    ...provides.map((offer) => definitionFact.offers(offerKey(offer))),
    ...integrations.filter(wantsAlone).map((slot) => definitionFact.wantsAlone(offerKey(slot))),
  ]);
}

/** The slots that an App has nothing in, and that it doesn't want empty. */
export function emptySlots(app: App, definition: AppDefinition | undefined): readonly Slot[] {
  const slots = definition?.spec.integrations;
  if (slots === undefined || app.spec.external !== undefined) return [];
  const off = app.spec.integrations?.flatMap(({ name, mode }) => (mode === 'Off' ? [name] : [])) ?? [];
  return slots.filter((slot) => !off.includes(slot.name) && currentBinding(app, slot) === undefined);
}

/** Whom an App is joined to, was, or is to be. */
export function namedBy({ spec, status }: App): readonly ProviderRef[] {
  return [...(status?.bindings ?? []), ...(spec.integrations ?? [])].flatMap(
    ({ providerRef }) => providerRef ?? [],
  );
}

/** The identity providers that an App is joined to, by `NAMESPACE/NAME`. */
export const signsInAt = ({ status }: App): readonly string[] =>
  unique(
    (status?.bindings ?? []).flatMap(({ kind, providerRef }) =>
      kind === 'SSOClient' && providerRef ? [refKey(providerRef)] : [],
    ),
  );

const isMoving = ({ status }: App): boolean =>
  status?.bindings?.some(({ kind, rewiring }) => kind === 'SSOClient' && rewiring?.from !== undefined) ??
  false;

/** Whether a slot wants a provider that serves nobody else. */
export const wantsAlone = (slot: Slot): boolean => 'needs' in slot && slot.needs?.isolation === 'instance';

const isStalled = ({ status }: App): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Stalled' && is === 'True') ?? false;

function heldAlone(app: App, definition: AppDefinition | undefined): readonly string[] {
  if (app.status?.bindings === undefined) return [];
  return (definition?.spec.integrations ?? []).filter(wantsAlone).flatMap((slot) => {
    const current = currentBinding(app, slot);
    return current === undefined ? [] : [refKey(current.provider)];
  });
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
