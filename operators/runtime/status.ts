import type { JsonPatchOperation } from './controller.ts';
import { type Fields, isFields, isSame, mergePatch } from './json.ts';
import type { Condition } from './kinds/meta.ts';
import type { ConditionIntent, Outcome } from './outcome.ts';
import type { Immutable, Resource } from './resource.ts';

/** The part of an object that its status is made from. */
export type WithStatus = Immutable<Resource> & { readonly status?: unknown };

/** Reconciling and Stalled are there only while they are True (kstatus). */
const OWN_TYPES = ['Ready', 'Reconciling', 'Stalled'];

/**
 * The JSON Patch that brings the status of an object to what a pass came to; undefined where it says so already.
 * It begins with a test of the uid: the status of an object that was deleted is not put on its successor. (In a
 * merge patch the API server ignores the uid: it takes nothing but the status from a write to `/status`.)
 */
export function statusPatch(
  object: WithStatus,
  outcome: Outcome,
  now: Date,
): JsonPatchOperation[] | undefined {
  const current = isFields(object.status) ? object.status : undefined;
  const { generation, uid } = object.metadata;
  const desired: Fields = {
    ...mergePatch(current ?? {}, outcome.status ?? {}),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: conditionsAfter(conditionsOf(current), outcome, generation, now),
  };
  const changes = current
    ? fieldChanges(current, desired)
    : [{ op: 'add', path: '/status', value: desired } as const];
  return changes.length === 0 ? undefined : [{ op: 'test', path: '/metadata/uid', value: uid }, ...changes];
}

function fieldChanges(before: Fields, after: Fields): JsonPatchOperation[] {
  const path = (name: string) => `/status/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const removed = Object.keys(before).filter(
    (name) => after[name] === undefined && before[name] !== undefined,
  );
  const changed = Object.entries(after).filter(
    ([name, value]) => value !== undefined && !isSame(before[name], value),
  );
  return [
    ...removed.map((name) => ({ op: 'remove', path: path(name) }) as const),
    ...changed.map(([name, value]) => ({ op: 'add', path: path(name), value }) as const),
  ];
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
