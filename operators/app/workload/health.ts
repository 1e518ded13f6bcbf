import type { Workload } from '@hearth/domain';
import type {
  ContainerStatus,
  DeploymentObject,
  Immutable,
  PodObject,
  StatefulSetObject,
} from '@hearth/runtime';

/** Whether a workload is up, and if not, what it waits for, as a sentence for people. */
export type Health =
  | { readonly up: true }
  | { readonly up: false; readonly reason: string; readonly message: string };

type Rollout = Immutable<DeploymentObject | StatefulSetObject>;

/** What of a workload counts for {@link healthOf}, beside what is asked of it. */
export const rolloutOf = ({ status }: Rollout): readonly unknown[] => [
  status?.observedGeneration,
  status?.replicas,
  status?.updatedReplicas,
  status?.availableReplicas,
  failureOf(status),
];

/** What of a pod tells why it, or what it was to do, doesn't come to an end. A pod that runs says nothing. */
export const pauseOf = ({ status }: Immutable<PodObject>): readonly unknown[] => [
  ...statusesOf(status).flatMap(({ name, image, restartCount, state }) =>
    state?.waiting || state?.terminated
      ? [{ name, image, restartCount, waiting: state.waiting, terminated: state.terminated }]
      : [],
  ),
  unscheduledOf(status),
];

/** Judges a workload from what Kubernetes says of it and of its pods. */
export function healthOf(
  workload: Pick<Workload, 'name'>,
  object: Rollout | undefined,
  pods: readonly Immutable<PodObject>[],
): Health {
  const wanted = object?.spec?.replicas ?? 1;
  const status = object?.status ?? {};
  const seen = (status.observedGeneration ?? 0) >= (object?.metadata.generation ?? 1);
  // Kubernetes leaves out what is zero: one that is ready, but not for long enough yet, isn't available.
  const available = Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0);
  if (seen && available >= wanted && (status.replicas ?? 0) === wanted) return { up: true };
  return (
    troubleOf(workload, pods) ??
    (seen && object ? withoutPods(workload, object, pods) : undefined) ??
    trouble('Starting', `${workload.name} is starting.`)
  );
}

/** Why there is no pod: what refuses to have one made (a quota, the namespace's Pod Security) doesn't show in pods. */
function withoutPods(
  { name }: Pick<Workload, 'name'>,
  { kind, metadata, status }: Rollout,
  pods: readonly Immutable<PodObject>[],
): Health | undefined {
  const failure = failureOf(status);
  if (failure) return trouble('PodRefused', `${name} can’t have a pod made: ${failure.message ?? ''}`);
  // A StatefulSet says it in events alone, and these are not kept in memory.
  if (kind !== 'StatefulSet' || pods.length > 0 || (status?.replicas ?? 0) > 0) return undefined;
  const describe = `kubectl describe statefulset ${metadata.name} -n ${metadata.namespace ?? ''}`;
  return trouble('NoPod', `${name} has no pod yet: if it stays so, \`${describe}\` says why.`);
}

const failureOf = (status: Rollout['status']) =>
  status?.conditions?.find((each) => each.type === 'ReplicaFailure' && each.status === 'True');

/** Why a pod can't start, where Kubernetes says so. */
function troubleOf(
  workload: Pick<Workload, 'name'>,
  pods: readonly Immutable<PodObject>[],
): Health | undefined {
  for (const { status } of pods) {
    for (const container of statusesOf(status)) {
      const found = containerTrouble(workload.name, container);
      if (found) return found;
    }
    const unscheduled = unscheduledOf(status);
    if (unscheduled)
      return trouble('NoRoom', `${workload.name} finds no machine: ${unscheduled.message ?? ''}`);
  }
  return undefined;
}

const statusesOf = (status: Immutable<PodObject>['status']) => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

const unscheduledOf = (status: Immutable<PodObject>['status']) =>
  status?.conditions?.find((each) => each.type === 'PodScheduled' && each.status === 'False');

function containerTrouble(
  name: string,
  { state, image, restartCount }: Immutable<ContainerStatus>,
): Health | undefined {
  switch (state?.waiting?.reason) {
    case 'ImagePullBackOff':
    case 'ErrImagePull':
      return trouble('ImageMissing', `${name} can’t pull its image ${image}; see the home’s imageOverrides.`);
    case 'CrashLoopBackOff':
      return trouble('Crashing', `${name} stops soon after each start (${restartCount} times): see its log.`);
    case 'CreateContainerConfigError':
      return trouble('BadContainer', `${name} can’t be started: ${state.waiting.message ?? ''}`);
    default:
      return undefined;
  }
}

const trouble = (reason: string, message: string): Health => ({ up: false, reason, message });
