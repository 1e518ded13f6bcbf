import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Provision } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import { createFactIndex, type FactIndex } from './fact-index.ts';
import { definitionFact, fact, factsOf, factsOfDefinition, signsInAt } from './facts.ts';
import { byText, keyOf, refKey, refOf } from './ref.ts';
import { mayServe } from './serve.ts';
import { isCompatible, offerKey, offersOf } from './slot.ts';

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

/** The installed Apps, so that one resolution looks only at what concerns it. It answers as things stand when asked. */
export interface Installed {
  /** By `NAMESPACE/NAME`. */
  readonly apps: ReadonlyMap<string, App>;
  /** Who offers something (`offerKey`) in a namespace, in the order of names. */
  offers(namespace: string, offer: string): readonly Provider[];
  /** The names of the definitions that offer something, in order. */
  offering(offer: string): readonly string[];
  /** Whether any definition wants somebody who offers this (`offerKey`) for itself alone. */
  wantedAlone(offer: string): boolean;
  /** Who uses an App, by its `NAMESPACE/NAME`, in the order of names. */
  consumers(key: string): readonly ProviderRef[];
  /** The App that has another for itself alone (`isolation: instance`), both as `NAMESPACE/NAME`. */
  holder(key: string): string | undefined;
  /** The Apps that sign people in at another identity provider than this (`NAMESPACE/NAME`), in order. */
  signingInElsewhere(key: string): readonly string[];
  /** The Apps of which a {@link fact} holds, by `NAMESPACE/NAME`, in no order. */
  having(fact: string): ReadonlySet<string>;
}

/** The catalogue, and what is installed of it. Each is changed one object at a time, at a cost that doesn't grow with their number. */
export interface Inventory {
  readonly catalogue: Catalogue;
  readonly installed: Installed;
  /** The App of that `NAMESPACE/NAME` is like this now; undefined: it is gone. */
  putApp(key: string, app: App | undefined): void;
  /** The definition of that name is like this now; undefined: it is gone. */
  putDefinition(name: string, definition: AppDefinition | undefined): void;
}

/** An inventory of nothing. */
export function createInventory(): Inventory {
  const catalogue = new Map<string, AppDefinition>();
  const apps = new Map<string, App>();
  const aboutApps = createFactIndex();
  const signOn = createFactIndex();
  const aboutDefinitions = createFactIndex();
  const stateFacts = (key: string, app: App | undefined) => {
    aboutApps.state(key, app === undefined ? [] : factsOf(app, catalogue.get(app.spec.definition)));
    signOn.state(key, app === undefined ? [] : signsInAt(app));
  };
  return {
    catalogue,
    installed: installedOf(apps, catalogue, {
      aboutApps,
      signOn,
      definitionsHaving: aboutDefinitions.having,
    }),
    putApp(key, app) {
      replace(apps, key, app);
      stateFacts(key, app);
    },
    putDefinition(name, definition) {
      replace(catalogue, name, definition);
      aboutDefinitions.state(name, definition === undefined ? [] : factsOfDefinition(definition));
      for (const key of [...aboutApps.having(fact.of(name))]) stateFacts(key, apps.get(key));
    },
  };
}

/** The installed Apps, indexed against a catalogue once for all. */
export function indexInstalled(apps: Iterable<App>, catalogue: Catalogue): Installed {
  const byKey = new Map(Array.from(apps, (app) => [keyOf(app), app]));
  const [aboutApps, signOn] = [createFactIndex(), createFactIndex()];
  for (const [key, app] of byKey) {
    aboutApps.state(key, factsOf(app, catalogue.get(app.spec.definition)));
    signOn.state(key, signsInAt(app));
  }
  // A catalogue is large, and few questions are about all of it: it is indexed when the first one is asked.
  let aboutDefinitions: FactIndex | undefined;
  const definitionsHaving = (what: string) => {
    aboutDefinitions ??= indexCatalogue(catalogue);
    return aboutDefinitions.having(what);
  };
  return installedOf(byKey, catalogue, { aboutApps, signOn, definitionsHaving });
}

function indexCatalogue(catalogue: Catalogue): FactIndex {
  const index = createFactIndex();
  for (const [name, definition] of catalogue) index.state(name, factsOfDefinition(definition));
  return index;
}

/** What an App offers others. */
export function providersIn(app: App, catalogue: Catalogue): readonly Provider[] {
  const definition = catalogue.get(app.spec.definition);
  if (definition?.spec.provides === undefined) return [];
  return offersOf(definition).map((offer) => ({ ref: refOf(app), app, offer }));
}

/** What is known of Apps, by their facts and by the identity providers that they sign in at, and of definitions. */
interface Known {
  readonly aboutApps: FactIndex;
  readonly signOn: FactIndex;
  readonly definitionsHaving: FactIndex['having'];
}

function installedOf(
  apps: ReadonlyMap<string, App>,
  catalogue: Catalogue,
  { aboutApps: { having }, signOn, definitionsHaving }: Known,
): Installed {
  const appsHaving = (what: string) => inOrder(having(what)).flatMap((key) => apps.get(key) ?? []);
  return {
    apps,
    having,
    offers: (namespace, offer) =>
      appsHaving(fact.offers(namespace, offer))
        .flatMap((app) => providersIn(app, catalogue))
        .filter((provider) => offerKey(provider.offer) === offer),
    offering: (offer) => inOrder(definitionsHaving(definitionFact.offers(offer))),
    wantedAlone: (offer) => definitionsHaving(definitionFact.wantsAlone(offer)).size > 0,
    consumers(key) {
      const provider = apps.get(key);
      if (provider === undefined) return [];
      return appsHaving(fact.names(key))
        .filter((app) => keyOf(app) !== key && uses(app, provider, catalogue))
        .map(refOf);
    },
    signingInElsewhere(key) {
      const others = [...signOn.facts()].filter((provider) => provider !== key);
      return inOrder(new Set(others.flatMap((provider) => [...signOn.having(provider)])));
    },
    holder: (key) => inOrder(having(fact.holds(key)))[0],
  };
}

/**
 * A choice counts as use before it is carried out: its provider must not be offered for removal meanwhile.
 * But only one that could be carried out: who names an App that can't serve has no say in how long it stays,
 * nor in who may reach its pods. A binding in the status was made by Hearth, so only its right is asked for.
 */
function uses(app: App, provider: App, catalogue: Catalogue): boolean {
  if (!mayServe(provider, refOf(app).namespace)) return false;
  const key = keyOf(provider);
  const isMeant = (ref: ProviderRef | undefined) => ref !== undefined && refKey(ref) === key;
  const isBound = (app.status?.bindings ?? []).some(
    ({ state, providerRef }) => (state === 'Bound' || state === 'Waiting') && isMeant(providerRef),
  );
  return (
    isBound ||
    (app.spec.integrations ?? []).some(
      ({ name, providerRef }) => isMeant(providerRef) && offersSlot(app, name, provider, catalogue),
    )
  );
}

/** Whether a provider has what an App's slot of this name asks for. */
function offersSlot(app: App, name: string, provider: App, catalogue: Catalogue): boolean {
  const definition = app.spec.external === undefined ? catalogue.get(app.spec.definition) : undefined;
  const slot = definition?.spec.integrations?.find((each) => each.name === name);
  if (slot === undefined || !isCompatible(slot, provider)) return false;
  return providersIn(provider, catalogue).some(({ offer }) => offerKey(offer) === offerKey(slot));
}

const inOrder = (texts: ReadonlySet<string>): readonly string[] =>
  texts.size === 0 ? [] : [...texts].sort(byText);

function replace<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
