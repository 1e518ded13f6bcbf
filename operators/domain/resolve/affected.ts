import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Slot } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import { emptySlots, fact, namedBy, wantsAlone } from './facts.ts';
import { DEDICATED_TO, type Installed } from './installed.ts';
import { levelsOf } from './levels.ts';
import { byText, keyOf, refKey, refOf } from './ref.ts';
import { isLeaving, isReady, mayServe, PROVIDERS_NAMESPACE } from './serve.ts';
import { offerKey } from './slot.ts';

/** What happened: an App became Ready, changed or went; a definition arrived, changed or went. */
export interface Change {
  readonly app?: App;
  readonly definition?: AppDefinition;
}

/**
 * The installed Apps that a change may concern, other than the changed one, providers before
 * consumers: those of the definition, those joined to what changed, those with an empty slot that it
 * could fill, and those that still lack something that they need (what they wait for may in turn
 * have waited for this). One too many costs a resolution that changes nothing.
 */
export function affectedBy(
  change: Change,
  installed: Installed,
  catalogue: Catalogue,
): readonly ProviderRef[] {
  const changed = change.app && keyOf(change.app);
  const found = new Set([
    ...(change.app ? concernedByApp(change.app, installed, catalogue) : []),
    ...(change.definition ? concernedByDefinition(change.definition, installed, catalogue) : []),
  ]);
  const keys = [...found].filter((key) => key !== changed).sort(byText);
  const levels = levelsOf(keys, (key) => {
    const bindings = installed.apps.get(key)?.status?.bindings ?? [];
    return bindings.flatMap(({ providerRef }) => (providerRef === undefined ? [] : [refKey(providerRef)]));
  });
  return keys
    .sort((a, b) => (levels.get(a) ?? 0) - (levels.get(b) ?? 0))
    .flatMap((key) => {
      const app = installed.apps.get(key);
      return app === undefined ? [] : [refOf(app)];
    });
}

/**
 * What of an App counts when another is resolved: a change that leaves it as it was is nobody else's concern. An App
 * tells in its status much more than that, and often.
 */
export const asOthersSeeIt = (app: App): readonly unknown[] => [
  app.spec,
  isLeaving(app),
  app.metadata.annotations?.[DEDICATED_TO],
  isReady(app),
  app.status?.version,
  app.status?.bindings?.map(({ name, kind, state, providerRef, rewiring }) => ({
    name,
    kind,
    state,
    providerRef,
    rewiring,
  })),
];

function concernedByApp(changed: App, installed: Installed, catalogue: Catalogue): readonly string[] {
  const definition = catalogue.get(changed.spec.definition);
  const inReach = (app: App) => mayServe(changed, refOf(app).namespace);
  // Any other neither serves anybody nor has a name that a provider could have.
  const mayProvide =
    (definition?.spec.provides ?? []).length > 0 || refOf(changed).namespace === PROVIDERS_NAMESPACE;
  return [
    ...installed.having(fact.names(keyOf(changed))),
    ...whoCouldTake(definition, installed, catalogue).filter((key) =>
      isApp(installed.apps.get(key), inReach),
    ),
    ...(mayProvide ? installed.having(fact.lacking) : []),
    ...providersOf([changed])
      .filter((provider) => offerKeysOf(provider, installed, catalogue).some(installed.wantedAlone))
      .flatMap((provider) => rivalsFor(provider, installed, catalogue)),
  ];
}

function concernedByDefinition(
  definition: AppDefinition,
  installed: Installed,
  catalogue: Catalogue,
): readonly string[] {
  const own = [...installed.having(fact.of(definition.metadata.name))];
  const holdsAlone = definition.spec.integrations?.some(wantsAlone) ?? false;
  const held = holdsAlone ? providersOf(own.flatMap((key) => installed.apps.get(key) ?? [])) : [];
  return [
    ...own,
    ...own.flatMap((key) => [...installed.having(fact.names(key))]),
    ...whoCouldTake(definition, installed, catalogue),
    ...installed.having(fact.lacking),
    ...held.flatMap((provider) => rivalsFor(provider, installed, catalogue)),
  ];
}

/** Whom it concerns who else uses a provider that may be wanted by one App alone. */
const rivalsFor = (provider: string, installed: Installed, catalogue: Catalogue): readonly string[] => [
  ...installed.having(fact.names(provider)),
  // Who has it alone has all that it offers.
  ...offerKeysOf(provider, installed, catalogue).flatMap((offer) => [...installed.having(fact.open(offer))]),
  ...installed.having(fact.lacking),
];

/** The Apps that these name, by `NAMESPACE/NAME`. */
const providersOf = (apps: readonly App[]): readonly string[] => [
  ...new Set(apps.flatMap(namedBy).map(refKey)),
];

function offerKeysOf(key: string, installed: Installed, catalogue: Catalogue): readonly string[] {
  const app = installed.apps.get(key);
  return (app && catalogue.get(app.spec.definition)?.spec.provides?.map(offerKey)) ?? [];
}

/** The Apps with an empty slot that is made for what a definition offers. */
function whoCouldTake(
  definition: AppDefinition | undefined,
  installed: Installed,
  catalogue: Catalogue,
): readonly string[] {
  const offers = new Set(definition?.spec.provides?.map(offerKey));
  const isMadeFor = (slot: Slot) =>
    offers.has(offerKey(slot)) && takes(slot, definition?.metadata.name ?? '');
  return [...offers]
    .flatMap((offer) => [...installed.having(fact.open(offer))])
    .filter((key) =>
      isApp(installed.apps.get(key), (app) =>
        emptySlots(app, catalogue.get(app.spec.definition)).some(isMadeFor),
      ),
    );
}

/** A slot that lists no definitions takes any. */
function takes(slot: Slot, name: string): boolean {
  const listed = slot.compatible ?? [];
  return listed.length === 0 || listed.some(({ definition }) => definition === name);
}

const isApp = (app: App | undefined, holds: (app: App) => boolean): boolean =>
  app !== undefined && holds(app);
