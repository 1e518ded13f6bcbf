import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Provision } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import { byKey, byText, keyOf, refKey, refOf } from './ref.ts';
import { mayServe } from './serve.ts';
import { currentBinding, isCompatible, offerKey, offersOf } from './slot.ts';

/** A label: `dependency` where Hearth installed the App because another needed it. */
export const INSTALLED_AS = 'apps.hearth.dev/installed-as';

/** An annotation: `NAMESPACE/NAME` of the App for which Hearth installed this one. */
export const INSTALLED_FOR = 'apps.hearth.dev/installed-for';

/** An annotation: `NAMESPACE/NAME` of the only App that this provider was made to serve. */
export const DEDICATED_TO = 'apps.hearth.dev/dedicated-to';

/** An App and one of its offers. */
export interface Provider {
  readonly ref: ProviderRef;
  readonly app: App;
  readonly offer: Provision;
}

/** The installed Apps, indexed so that one resolution looks only at what concerns it. */
export interface Installed {
  /** By `NAMESPACE/NAME`, in that order. */
  readonly apps: ReadonlyMap<string, App>;
  /** Offers by namespace and what they offer (`poolKey`), in the order of names. */
  readonly pools: ReadonlyMap<string, readonly Provider[]>;
  /** Names of the definitions by what they offer, in order. */
  readonly offering: ReadonlyMap<string, readonly string[]>;
  /** Who uses an App, by its `NAMESPACE/NAME`, in the order of names. */
  readonly consumers: ReadonlyMap<string, readonly ProviderRef[]>;
  /** Apps that one other has for itself alone (`isolation: instance`), and its `NAMESPACE/NAME`. */
  readonly reserved: ReadonlyMap<string, string>;
}

/** Where the offers of a namespace stand in `Installed.pools`. */
export const poolKey = (namespace: string, offer: string): string => `${namespace} ${offer}`;

/** Indexes installed Apps against a catalogue; build it anew when either changes. */
export function indexInstalled(apps: Iterable<App>, catalogue: Catalogue): Installed {
  const sorted = [...apps].map((app) => ({ key: keyOf(app), app })).sort(byKey(({ key }) => key));
  const index = {
    apps: new Map(sorted.map(({ key, app }) => [key, app])),
    pools: new Map<string, Provider[]>(),
    offering: indexOfferings(catalogue),
    consumers: new Map<string, ProviderRef[]>(),
    reserved: new Map<string, string>(),
  };
  for (const { key, app } of sorted) {
    for (const provider of providersIn(app, catalogue)) {
      append(index.pools, poolKey(provider.ref.namespace, offerKey(provider.offer)), provider);
    }
    for (const used of usedBy(app, index.apps, catalogue)) {
      if (used !== key) append(index.consumers, used, refOf(app));
    }
    for (const used of heldAlone(app, catalogue)) {
      if (!index.reserved.has(used)) index.reserved.set(used, key);
    }
  }
  return index;
}

/** What an App offers others. */
export function providersIn(app: App, catalogue: Catalogue): readonly Provider[] {
  const definition = catalogue.get(app.spec.definition);
  if (definition?.spec.provides === undefined) return [];
  return offersOf(definition).map((offer) => ({ ref: refOf(app), app, offer }));
}

function indexOfferings(catalogue: Catalogue): Map<string, string[]> {
  const offering = new Map<string, string[]>();
  for (const [name, definition] of catalogue) {
    const offers = new Set(definition.spec.provides?.map(offerKey));
    for (const offer of offers) append(offering, offer, name);
  }
  for (const names of offering.values()) names.sort(byText);
  return offering;
}

/**
 * A choice counts as use before it is carried out: its provider must not be offered for removal meanwhile.
 * But only one that could be carried out: who names an App that can't serve has no say in how long it stays,
 * nor in who may reach its pods. A binding in the status was made by Hearth, so only its right is asked for.
 */
function usedBy(app: App, apps: ReadonlyMap<string, App>, catalogue: Catalogue): ReadonlySet<string> {
  const { namespace } = refOf(app);
  const mayUse = (ref: ProviderRef | undefined): ref is ProviderRef => {
    const provider = ref && apps.get(refKey(ref));
    return provider !== undefined && mayServe(provider, namespace);
  };
  const bound = (app.status?.bindings ?? [])
    .filter(({ state }) => state === 'Bound' || state === 'Waiting')
    .map(({ providerRef }) => providerRef);
  const chosen = (app.spec.integrations ?? [])
    .filter(({ name, providerRef }) =>
      offersSlot(app, name, providerRef && apps.get(refKey(providerRef)), catalogue),
    )
    .map(({ providerRef }) => providerRef);
  return new Set([...bound, ...chosen].filter(mayUse).map(refKey));
}

/** Whether a provider has what an App's slot of this name asks for. */
function offersSlot(app: App, name: string, provider: App | undefined, catalogue: Catalogue): boolean {
  const definition = app.spec.external === undefined ? catalogue.get(app.spec.definition) : undefined;
  const slot = definition?.spec.integrations?.find((each) => each.name === name);
  if (slot === undefined || provider === undefined || !isCompatible(slot, provider)) return false;
  return providersIn(provider, catalogue).some(({ offer }) => offerKey(offer) === offerKey(slot));
}

function heldAlone(app: App, catalogue: Catalogue): readonly string[] {
  if (app.status?.bindings === undefined) return [];
  return (catalogue.get(app.spec.definition)?.spec.integrations ?? []).flatMap((slot) => {
    if (!('needs' in slot) || slot.needs?.isolation !== 'instance') return [];
    const current = currentBinding(app, slot);
    return current === undefined ? [] : [refKey(current.provider)];
  });
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
