import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Home } from '../schema/home.ts';
import type { Slot } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import { reaches } from './cycle.ts';
import { fact } from './facts.ts';
import { type Installed, providersIn } from './installed.ts';
import { levelsOf } from './levels.ts';
import { byText, keyOf, refKey, refOf } from './ref.ts';
import { isLeaving, isReady, mayServe, shortcoming } from './serve.ts';
import { currentBinding, isCompatible, isSticky } from './slot.ts';
import { versionGone } from './version.ts';

/** What is there, as far as it decides whose turn it is. */
export interface World {
  readonly installed: Installed;
  readonly catalogue: Catalogue;
}

type SignOnSlot = Extract<Slot, { kind: 'SSOClient' }>;

/** The identity provider that the home chooses, by its `NAMESPACE/NAME`. */
export function choiceOf(home: Home | undefined): string | undefined {
  const ref = home?.spec.signOn?.providerRef;
  return ref && refKey(ref);
}

/** Whether an App that runs is just being joined to an identity provider. */
const isBeingJoined = ({ status }: App): boolean =>
  status?.bindings?.some(({ kind, rewiring }) => kind === 'SSOClient' && rewiring !== undefined) ?? false;

/**
 * The App for which another waits before it moves to the home's identity provider; undefined where it is its turn.
 * One App moves at a time, providers before consumers, then by name, so that a mistake meets one App and not all.
 * What doesn't work has nothing to lose and waits for nobody; where a person approves, that gives the turn.
 */
export function movesAfter(consumer: App, target: App, world: World): string | undefined {
  if (consumer.spec.approval === 'Manual' || !isReady(consumer)) return undefined;
  const self = keyOf(consumer);
  const moving = [...world.installed.having(fact.moving)].filter((key) => key !== self).sort(byText);
  const [first] = moving.length > 0 ? moving : lineTo(target, world, consumer);
  return first === self ? undefined : first;
}

/** The App whose turn it is to move to the home's identity provider, while none is moving. */
export function nextToMove(home: Home | undefined, world: World): ProviderRef | undefined {
  const choice = choiceOf(home);
  const target = choice === undefined ? undefined : world.installed.apps.get(choice);
  if (target === undefined || !isReady(target)) return undefined;
  if (world.installed.having(fact.moving).size > 0) return undefined;
  const [first] = lineTo(target, world);
  const next = first === undefined ? undefined : world.installed.apps.get(first);
  return next && refOf(next);
}

/** Who is to move, in order. `consumer`: as it is now, which may not be as it is known to others. */
function lineTo(target: App, world: World, consumer?: App): readonly string[] {
  const self = consumer && keyOf(consumer);
  const find = (key: string) => (key === self ? consumer : world.installed.apps.get(key));
  const elsewhere = new Set([...world.installed.signingInElsewhere(keyOf(target)), ...(self ? [self] : [])]);
  const movers = [...elsewhere].sort(byText).filter((key) => isMover(find(key), target, world));
  const levels = levelsOf(movers, (key) => usedBy(find(key)));
  return movers.sort((a, b) => (levels.get(a) ?? 0) - (levels.get(b) ?? 0));
}

function isMover(app: App | undefined, target: App, { catalogue }: World): boolean {
  if (app === undefined) return false;
  return signOnSlotsOf(app, catalogue).some((slot) => {
    const current = currentBinding(app, slot);
    if (current === undefined || refKey(current.provider) === keyOf(target)) return false;
    return servesSignOn(target, app, slot, catalogue);
  });
}

/**
 * The App for which another waits before sign-on that arrives late is wired: one that it uses and that is just being
 * wired, or is to be first.
 */
export function wiredAfter(
  consumer: App,
  provider: App,
  { installed, catalogue }: World,
): string | undefined {
  const self = keyOf(consumer);
  const edges = (key: string) => usedBy(installed.apps.get(key));
  return usedBy(consumer).find((key) => {
    const app = installed.apps.get(key);
    if (app === undefined || key === self) return false;
    if (!isBeingJoined(app) && !isToBeWired(app, provider, catalogue)) return false;
    // Of Apps that use each other in a circle, the first by name doesn't wait.
    return key < self || !reaches(key, self, edges);
  });
}

function isToBeWired(app: App, provider: App, catalogue: Catalogue): boolean {
  return signOnSlotsOf(app, catalogue).some(
    (slot) =>
      !slot.required &&
      currentBinding(app, slot) === undefined &&
      servesSignOn(provider, app, slot, catalogue),
  );
}

/** The slots in which an App that works is joined to an identity provider without anyone's leave. */
function signOnSlotsOf(app: App, catalogue: Catalogue): readonly SignOnSlot[] {
  const definition = catalogue.get(app.spec.definition);
  const stays = app.spec.external !== undefined || app.spec.approval === 'Manual' || isLeaving(app);
  if (definition === undefined || stays || !isReady(app) || versionGone(app, definition) !== undefined)
    return [];
  const chosen = (slot: Slot) =>
    app.spec.integrations?.some(
      ({ name, mode, providerRef }) => name === slot.name && (mode === 'Off' || providerRef !== undefined),
    );
  return (definition.spec.integrations ?? []).filter(
    (slot): slot is SignOnSlot => slot.kind === 'SSOClient' && !isSticky(slot) && !chosen(slot),
  );
}

function servesSignOn(provider: App, consumer: App, slot: SignOnSlot, catalogue: Catalogue): boolean {
  if (!mayServe(provider, refOf(consumer).namespace) || !isCompatible(slot, provider)) return false;
  return providersIn(provider, catalogue).some(
    ({ offer }) => offer.kind === 'SSOClient' && shortcoming(offer, slot, undefined) === undefined,
  );
}

const usedBy = (app: App | undefined): readonly string[] =>
  (app?.status?.bindings ?? []).flatMap(({ providerRef }) =>
    providerRef === undefined ? [] : [refKey(providerRef)],
  );
