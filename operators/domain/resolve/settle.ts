import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Slot } from '../schema/integration.ts';
import { decideSlot, requirementsOf } from './choose.ts';
import { requirementCycle, whileInstalling } from './conflict.ts';
import { shortestCycle } from './cycle.ts';
import { planInstall } from './install.ts';
import { keyOf, refKey } from './ref.ts';
import type { Offer, ResolvedBinding } from './resolution.ts';
import { judge, type Pending, type Refused, type Scene } from './scene.ts';
import { slotsOf } from './slot.ts';

/** What becomes of all slots of the wanted App. */
export interface Settlement {
  readonly bindings: readonly ResolvedBinding[];
  readonly offers: readonly Offer[];
}

/**
 * Decides every slot of the wanted App, and the required ones of what is installed for it. Required
 * slots go first, so that optional ones may use what is installed for them; what can't be goes to
 * `scene.conflicts`.
 */
export function settleAll(scene: Scene, definition: AppDefinition): Settlement {
  const { wanted } = scene.input;
  const bindings = settleRequired(scene, [wanted], definition);
  const offers: Offer[] = [];
  for (const slot of slotsOf(definition).filter(({ required }) => !required)) {
    const decision = decideSlot(scene, wanted, slot);
    if (decision.kind === 'conflict') scene.conflicts.push(decision.conflict);
    if (decision.kind !== 'settled') continue;
    bindings.push(decision.binding);
    if (decision.offer !== undefined) offers.push(decision.offer);
  }
  const cycle = shortestCycle([scene.wantedKey, ...scene.pending.keys()], (key) =>
    requirementsOf(scene, key),
  );
  if (cycle !== undefined) scene.conflicts.push(requirementCycle(cycle));
  return { bindings, offers };
}

/** Settles what the last App of a chain can't run without; each App of the chain is needed by the one before it. */
function settleRequired(scene: Scene, chain: readonly App[], definition: AppDefinition): ResolvedBinding[] {
  const consumer = chain.at(-1) ?? scene.input.wanted;
  const bindings: ResolvedBinding[] = [];
  for (const slot of slotsOf(definition).filter(({ required }) => required)) {
    const decision = decideSlot(scene, consumer, slot);
    if (decision.kind === 'conflict') scene.conflicts.push(decision.conflict);
    if (decision.kind === 'settled') bindings.push(decision.binding);
    if (decision.kind === 'install')
      bindings.push(...install(scene, chain, consumer, slot, decision.refused));
    const needed = bindings.flatMap(({ provider }) => (provider === undefined ? [] : [refKey(provider)]));
    scene.requirements.set(keyOf(consumer), needed);
  }
  return bindings;
}

function install(
  scene: Scene,
  chain: readonly App[],
  consumer: App,
  slot: Slot,
  refused: readonly Refused[],
): readonly ResolvedBinding[] {
  const planned = planInstall(scene, consumer, slot, refused);
  if ('conflict' in planned) {
    scene.conflicts.push(planned);
    return [];
  }
  const { definition, ref, reason } = planned.install;
  const again = chain.findIndex((app) => app.spec.definition === definition.metadata.name);
  if (again !== -1) {
    scene.conflicts.push(requirementCycle(chain.slice(again).map(keyOf)));
    return [];
  }
  scene.pending.set(refKey(ref), planned);
  settleWithin(scene, chain, slot, planned);
  const verdict = judge(scene, consumer, slot, planned.app);
  const provision = 'why' in verdict ? {} : { provision: verdict.offer };
  return [{ slot, state: 'Bound', provider: ref, ...provision, reason }];
}

/** Settles what a planned provider needs itself; what can't be there tells which install it stands against. */
function settleWithin(scene: Scene, chain: readonly App[], slot: Slot, { app, install }: Pending): void {
  const before = scene.conflicts.length;
  settleRequired(scene, [...chain, app], install.definition);
  const within = scene.conflicts.splice(before);
  const consumer = chain.at(-1) ?? scene.input.wanted;
  scene.conflicts.push(
    ...within.map((costed) => whileInstalling(costed, consumer, slot, refKey(install.ref))),
  );
}
