import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Slot } from '../schema/integration.ts';
import { decideSlot, requirementsOf } from './choose.ts';
import { requirementCycle, whileInstalling } from './conflict.ts';
import { shortestCycle } from './cycle.ts';
import { type Draft, judge, type Pending, type Refused } from './draft.ts';
import { planInstall } from './install.ts';
import { keyOf, refKey } from './ref.ts';
import type { Offer, ResolvedBinding } from './resolution.ts';
import { slotsOf } from './slot.ts';

/** What becomes of all slots of the wanted App. */
export interface Settlement {
  readonly bindings: readonly ResolvedBinding[];
  readonly offers: readonly Offer[];
}

/**
 * Decides every slot of the wanted App, and the required ones of what is installed for it. Required
 * slots go first, so that optional ones may use what is installed for them; what can't be goes to
 * `draft.conflicts`.
 */
export function settleAll(draft: Draft, definition: AppDefinition): Settlement {
  const { wanted } = draft.input;
  const bindings = settleRequired(draft, [wanted], definition);
  const offers: Offer[] = [];
  for (const slot of slotsOf(definition).filter(({ required }) => !required)) {
    const decision = decideSlot(draft, wanted, slot);
    if (decision.kind === 'conflict') draft.conflicts.push(decision.conflict);
    if (decision.kind !== 'settled') continue;
    bindings.push(decision.binding);
    if (decision.offer !== undefined) offers.push(decision.offer);
  }
  const cycle = shortestCycle([draft.wantedKey, ...draft.pending.keys()], (key) =>
    requirementsOf(draft, key),
  );
  if (cycle !== undefined) draft.conflicts.push(requirementCycle(cycle));
  return { bindings, offers };
}

/** Settles what the last App of a chain can't run without; each App of the chain is needed by the one before it. */
function settleRequired(draft: Draft, chain: readonly App[], definition: AppDefinition): ResolvedBinding[] {
  const consumer = chain.at(-1) ?? draft.input.wanted;
  const bindings: ResolvedBinding[] = [];
  for (const slot of slotsOf(definition).filter(({ required }) => required)) {
    const decision = decideSlot(draft, consumer, slot);
    if (decision.kind === 'conflict') draft.conflicts.push(decision.conflict);
    if (decision.kind === 'settled') bindings.push(decision.binding);
    if (decision.kind === 'install')
      bindings.push(...install(draft, chain, consumer, slot, decision.refused));
    const needed = bindings.flatMap(({ provider }) => (provider === undefined ? [] : [refKey(provider)]));
    draft.requirements.set(keyOf(consumer), needed);
  }
  return bindings;
}

function install(
  draft: Draft,
  chain: readonly App[],
  consumer: App,
  slot: Slot,
  refused: readonly Refused[],
): readonly ResolvedBinding[] {
  const planned = planInstall(draft, consumer, slot, refused);
  if ('conflict' in planned) {
    draft.conflicts.push(planned);
    return [];
  }
  const { definition, ref, reason } = planned.install;
  const again = chain.findIndex((app) => app.spec.definition === definition.metadata.name);
  if (again !== -1) {
    draft.conflicts.push(requirementCycle(chain.slice(again).map(keyOf)));
    return [];
  }
  draft.pending.set(refKey(ref), planned);
  settleWithin(draft, chain, slot, planned);
  const verdict = judge(draft, consumer, slot, planned.app);
  const provision = 'why' in verdict ? {} : { provision: verdict.offer };
  return [{ slot, state: 'Bound', provider: ref, ...provision, reason }];
}

/** Settles what a planned provider needs itself; what can't be there tells which install it stands against. */
function settleWithin(draft: Draft, chain: readonly App[], slot: Slot, { app, install }: Pending): void {
  const before = draft.conflicts.length;
  settleRequired(draft, [...chain, app], install.definition);
  const within = draft.conflicts.splice(before);
  const consumer = chain.at(-1) ?? draft.input.wanted;
  draft.conflicts.push(
    ...within.map((costed) => whileInstalling(costed, consumer, slot, refKey(install.ref))),
  );
}
