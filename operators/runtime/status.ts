import { differenceAsPatch, type Fields, isFields, mergePatch } from './json.ts';
import type { Condition } from './kinds/meta.ts';
import type { ConditionIntent, Outcome } from './outcome.ts';
import type { Immutable, Resource } from './resource.ts';

/** The part of an object that its status is made from. */
export type WithStatus = Immutable<Resource> & { readonly status?: unknown };

/** Reconciling and Stalled are there only while they are True (kstatus). */
const OWN_TYPES = ['Ready', 'Reconciling', 'Stalled'];

/**
 * The merge patch (RFC 7386) that brings the status of an object to what a pass came to; undefined where it says
 * so already.
 */
export function statusPatch(object: WithStatus, outcome: Outcome, now: Date): Fields | undefined {
  const current = isFields(object.status) ? object.status : {};
  const { generation } = object.metadata;
  const merged = mergePatch(current, outcome.status ?? {});
  const desired: Fields = {
    ...merged,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: conditionsAfter(conditionsOf(current), outcome, generation, now),
  };
  const patch = differenceAsPatch(current, desired);
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The conditions in a status, whatever else it holds. */
export function conditionsOf(status: unknown): readonly Condition[] {
  const conditions = isFields(status) ? status.conditions : undefined;
  return Array.isArray(conditions) ? conditions : [];
}

function conditionsAfter(
  before: readonly Condition[],
  outcome: Outcome,
  generation: number | undefined,
  now: Date,
): readonly Condition[] {
  const kept = before.filter(({ type }) => !OWN_TYPES.includes(type));
  const intents = [...summary(outcome), ...(outcome.conditions ?? [])].map((intent) =>
    settle(
      intent,
      before.find(({ type }) => type === intent.type),
      generation,
      now,
    ),
  );
  return outcome.conditions ? intents : [...intents, ...kept];
}

/** Ready always; Reconciling or Stalled beside it while it isn't. */
function summary(outcome: Outcome): ConditionIntent[] {
  const { message } = outcome;
  if (outcome.type === 'ready') return [{ type: 'Ready', status: 'True', reason: 'Reconciled', message }];
  const { reason } = outcome;
  const beside = outcome.type === 'waiting' ? 'Reconciling' : 'Stalled';
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: beside, status: 'True', reason, message },
  ];
}

/** The time of a condition is that of its last flip, not of its last word. */
function settle(
  intent: ConditionIntent,
  before: Condition | undefined,
  generation: number | undefined,
  now: Date,
): Condition {
  const { type, status, reason, message } = intent;
  const flipped = before?.status !== status || !before.lastTransitionTime;
  return {
    type,
    status,
    reason,
    message,
    lastTransitionTime: flipped ? `${now.toISOString().slice(0, 19)}Z` : before.lastTransitionTime,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}
