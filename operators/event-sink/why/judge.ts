import type { SinkEvent } from '@hearth/domain';
import type { Fields } from '../graph/fields.ts';
import { isOfSuite } from '../vocabulary/iris.ts';
import { judgeWorkload } from './judge-workload.ts';
import type { Judgement } from './judgement.ts';
import { conditionsOf, createdOf, fieldsAt, type StatedCondition } from './stated.ts';

/** Judges a resource by its last state. */
export function judge({ resource, object = {} }: SinkEvent): Judgement {
  return (
    judgeDeletion(object) ??
    judgeWorkload(resource, object) ??
    judgeReadiness(object) ??
    (isOfSuite(resource.group)
      ? { state: 'unknown', phrase: 'has not said yet whether it is ready' }
      : { state: 'ready', phrase: 'is there', since: createdOf(object) })
  );
}

/** What is to go is not repaired any more: whoever waits for it, waits for its end. */
function judgeDeletion(object: Fields): Judgement | undefined {
  const { deletionTimestamp, finalizers } = fieldsAt(object, 'metadata');
  if (typeof deletionTimestamp !== 'string') return undefined;
  const open = Array.isArray(finalizers) ? finalizers.filter((each) => typeof each === 'string') : [];
  return {
    state: 'not-ready',
    phrase: 'is being deleted',
    detail: open.length > 0 ? `It stays until this is done: ${open.join(', ')}` : undefined,
    since: deletionTimestamp,
    ownFault: true,
  };
}

/** Kinds that say themselves whether they are Ready (kstatus): those of the suite, nodes, certificates and many more. */
function judgeReadiness(object: Fields): Judgement | undefined {
  const conditions = conditionsOf(object);
  const readiness = conditions.find(({ type }) => type === 'Ready');
  if (readiness === undefined) return undefined;
  const stalled = conditions.find(({ type, status }) => type === 'Stalled' && status === 'True');
  if (stalled !== undefined || readiness.status !== 'True') return unready(readiness, stalled);
  if (isBehind(object)) {
    const phrase = 'has been changed, and its controller has not looked at it since';
    return { state: 'not-ready', phrase, condition: readiness };
  }
  const complaint = conditions.find(({ type, status }) => status === 'False' && type !== 'Ready');
  return {
    state: 'ready',
    phrase: 'is ready',
    since: readiness.since,
    condition: complaint ?? readiness,
    detail: complaint && (complaint.message ?? `${complaint.type} is False`),
  };
}

function unready(readiness: StatedCondition, stalled: StatedCondition | undefined): Judgement {
  const condition = stalled ?? readiness;
  const isKnown = stalled !== undefined || readiness.status === 'False';
  return {
    state: isKnown ? 'not-ready' : 'unknown',
    phrase: isKnown ? 'is not ready' : 'is not known to be ready',
    detail: condition.message ?? readiness.message ?? condition.reason,
    since: readiness.status === 'True' ? condition.since : readiness.since,
    condition,
    ownFault: isOwnFault(condition),
  };
}

/** An App whose slot is not ready says so by `DatabaseNotReady`; the reason is to be found there, and not with it. */
const NOT_OF_ITSELF = /NotReady$/;

/** What waits for a person, although it goes on by itself once they have decided. */
const AWAITS_SOMEBODY: ReadonlySet<string | undefined> = new Set(['AwaitingApproval', 'PlanStale']);

const isOwnFault = ({ type, reason }: StatedCondition): boolean =>
  AWAITS_SOMEBODY.has(reason) || (type === 'Stalled' && !NOT_OF_ITSELF.test(reason ?? ''));

/** Whether its status speaks of what was wanted before. */
function isBehind(object: Fields): boolean {
  const { generation } = fieldsAt(object, 'metadata');
  const { observedGeneration } = fieldsAt(object, 'status');
  return (
    typeof generation === 'number' &&
    typeof observedGeneration === 'number' &&
    observedGeneration < generation
  );
}
