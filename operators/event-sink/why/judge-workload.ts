import type { EventResource } from '@hearth/domain';
import type { Fields } from '../graph/fields.ts';
import type { Judgement } from './judgement.ts';
import { conditionsOf, createdOf, fieldsAt, itemsAt, type StatedCondition } from './stated.ts';

/** Judges what Kubernetes runs; undefined of other kinds. */
export const judgeWorkload = (
  { kind, group }: Pick<EventResource, 'kind' | 'group'>,
  object: Fields,
): Judgement | undefined => byKind[`${kind}.${group}`]?.(object);

const byKind: Readonly<Record<string, (object: Fields) => Judgement>> = {
  'Pod.': judgePod,
  'Deployment.apps': judgeReplicas,
  'StatefulSet.apps': judgeReplicas,
  'ReplicaSet.apps': judgeReplicas,
  'Job.batch': judgeJob,
  'PersistentVolumeClaim.': judgeClaim,
};

function judgePod(object: Fields): Judgement {
  const status = fieldsAt(object, 'status');
  const conditions = conditionsOf(object);
  const readiness = conditions.find(({ type }) => type === 'Ready');
  if (status.phase === 'Succeeded') return { state: 'ready', phrase: 'has done its work' };
  if (readiness?.status === 'True')
    return { state: 'ready', phrase: 'is ready', since: readiness.since, condition: readiness };
  const unscheduled = conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  if (unscheduled !== undefined)
    return { ...unready('finds no node to run on', unscheduled), ownFault: true };
  const phrase = status.phase === 'Failed' ? 'has failed' : 'is not ready';
  const said = textOf(status.message) ?? textOf(status.reason);
  return (
    containerTrouble(status, readiness) ?? { ...unready(phrase, readiness), ...(said && { detail: said }) }
  );
}

/** Why a container doesn’t run, of the first that doesn’t: they start in order. */
function containerTrouble(status: Fields, readiness: StatedCondition | undefined): Judgement | undefined {
  const containers = [...itemsAt(status, 'initContainerStatuses'), ...itemsAt(status, 'containerStatuses')];
  for (const container of containers) {
    const phrase = phraseOf(container);
    if (phrase === undefined) continue;
    const waiting = fieldsAt(fieldsAt(container, 'state'), 'waiting');
    const reason = textOf(waiting.reason);
    return {
      ...unready(phrase, readiness),
      detail: textOf(waiting.message) ?? reason,
      condition: {
        type: 'Ready',
        status: readiness?.status ?? 'False',
        ...(reason !== undefined && { reason }),
        ...(textOf(waiting.message) !== undefined && { message: String(waiting.message) }),
        ...(readiness?.since !== undefined && { since: readiness.since }),
      },
    };
  }
  return undefined;
}

function phraseOf(container: Fields): string | undefined {
  const { reason } = fieldsAt(fieldsAt(container, 'state'), 'waiting');
  const image = textOf(container.image) ?? 'its image';
  switch (reason) {
    case undefined:
    case 'ContainerCreating':
    case 'PodInitializing':
      return undefined;
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'InvalidImageName':
      return `can’t pull its image ${image}`;
    case 'CrashLoopBackOff':
      return `stops soon after each start (${Number(container.restartCount ?? 0)} times so far)`;
    default:
      return 'can’t be started';
  }
}

/** As many as are wanted must be there; an old ReplicaSet of which none is wanted any more is as it should be. */
function judgeReplicas(object: Fields): Judgement {
  const wanted = numberOf(fieldsAt(object, 'spec').replicas) ?? 1;
  const status = fieldsAt(object, 'status');
  const available = numberOf(status.availableReplicas) ?? numberOf(status.readyReplicas) ?? 0;
  const conditions = conditionsOf(object);
  const refusal = conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  if (refusal !== undefined) return { ...unready('can’t have a pod made', refusal), ownFault: true };
  if (available >= wanted) {
    const since = conditions.find(({ type }) => type === 'Available')?.since ?? createdOf(object);
    return { state: 'ready', phrase: wanted === 0 ? 'is to run nowhere' : 'is ready', since };
  }
  const phrase =
    wanted === 1 ? 'has no pod that is ready' : `has ${available} of ${wanted} pods that are ready`;
  const named = (type: string) => conditions.find((each) => each.type === type && each.status === 'False');
  return unready(phrase, named('Progressing') ?? named('Available'));
}

function judgeJob(object: Fields): Judgement {
  const conditions = conditionsOf(object);
  const met = (type: string) => conditions.find((each) => each.type === type && each.status === 'True');
  const done = met('Complete');
  if (done !== undefined)
    return { state: 'ready', phrase: 'has done its work', since: done.since, condition: done };
  const failed = met('Failed');
  return failed === undefined
    ? { state: 'not-ready', phrase: 'is at work' }
    : { ...unready('has failed', failed), ownFault: true };
}

function judgeClaim(object: Fields): Judgement {
  const { phase } = fieldsAt(object, 'status');
  return phase === 'Bound'
    ? { state: 'ready', phrase: 'has its volume', since: createdOf(object) }
    : { state: 'not-ready', phrase: phase === 'Lost' ? 'has lost its volume' : 'waits for a volume' };
}

const unready = (phrase: string, condition: StatedCondition | undefined): Judgement => ({
  state: 'not-ready',
  phrase,
  detail: condition?.message ?? condition?.reason,
  since: condition?.since,
  condition,
});

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
