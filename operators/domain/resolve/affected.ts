import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Slot } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import type { Installed } from './installed.ts';
import { levelsOf } from './levels.ts';
import { keyOf, refKey, refOf } from './ref.ts';
import { mayServe } from './serve.ts';
import { currentBinding, offerKey } from './slot.ts';

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
  const concerned = concernOf(change, installed, catalogue);
  const keys = [...installed.apps].filter(([, app]) => concerned(app)).map(([key]) => key);
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

/** Tells whether a change concerns an App. */
function concernOf(
  { app: changed, definition }: Change,
  installed: Installed,
  catalogue: Catalogue,
): (app: App) => boolean {
  const names = new Set([definition?.metadata.name, changed?.spec.definition]);
  const offers = new Set(
    [definition, changed && catalogue.get(changed.spec.definition)]
      .flatMap((source) => source?.spec.provides ?? [])
      .map(offerKey),
  );
  const providers = new Set(changed === undefined ? [] : [keyOf(changed)]);
  for (const [key, app] of installed.apps) {
    if (app.spec.definition === definition?.metadata.name) providers.add(key);
  }
  const inReach = (app: App) => changed === undefined || mayServe(changed, refOf(app).namespace);
  return (app) => {
    if (changed !== undefined && keyOf(app) === keyOf(changed)) return false;
    if (app.spec.definition === definition?.metadata.name) return true;
    if (uses(app, providers)) return true;
    const empty = emptySlots(app, catalogue);
    return empty.some(
      (slot) => slot.required || (inReach(app) && offers.has(offerKey(slot)) && fits(slot, names)),
    );
  };
}

function uses(app: App, providers: ReadonlySet<string>): boolean {
  const bound = app.status?.bindings ?? [];
  const chosen = app.spec.integrations ?? [];
  return [...bound, ...chosen].some(
    ({ providerRef }) => providerRef !== undefined && providers.has(refKey(providerRef)),
  );
}

function emptySlots(app: App, catalogue: Catalogue): readonly Slot[] {
  if (app.spec.external !== undefined) return [];
  const off = new Set(app.spec.integrations?.flatMap(({ name, mode }) => (mode === 'Off' ? [name] : [])));
  const slots = catalogue.get(app.spec.definition)?.spec.integrations ?? [];
  return slots.filter((slot) => !off.has(slot.name) && currentBinding(app, slot) === undefined);
}

/** `names` are of the definitions that changed; a slot that lists none takes any. */
function fits(slot: Slot, names: ReadonlySet<string | undefined>): boolean {
  const listed = slot.compatible ?? [];
  return listed.length === 0 || listed.some(({ definition }) => names.has(definition));
}
