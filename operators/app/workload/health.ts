import type { Workload } from '@hearth/domain';
import type { DeploymentObject, Immutable, PodObject, StatefulSetObject } from '@hearth/runtime';

/** Whether a workload is up, and if not, what it waits for, as a sentence for people. */
export type Health =
  | { readonly up: true }
  | { readonly up: false; readonly reason: string; readonly message: string };

type Rollout = Immutable<DeploymentObject | StatefulSetObject>;

/** Judges a workload from what Kubernetes says of it and of its pods. */
export function healthOf(
  workload: Workload,
  object: Rollout | undefined,
  pods: readonly Immutable<PodObject>[],
): Health {
  const wanted = object?.spec?.replicas ?? 1;
  const status = object?.status ?? {};
  const seen = (status.observedGeneration ?? 0) >= (object?.metadata.generation ?? 1);
  const available = Math.min(
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? status.readyReplicas ?? 0,
  );
  if (seen && available >= wanted && (status.replicas ?? 0) === wanted) return { up: true };
  return (
    troubleOf(workload, pods) ?? { up: false, reason: 'Starting', message: `${workload.name} is starting.` }
  );
}

/** Why a container can't start, where the kubelet says so. */
function troubleOf(workload: Workload, pods: readonly Immutable<PodObject>[]): Health | undefined {
  for (const pod of pods) {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    for (const { state, image, restartCount } of statuses) {
      const waiting = state?.waiting;
      if (waiting?.reason === 'ImagePullBackOff' || waiting?.reason === 'ErrImagePull') {
        return trouble(
          'ImageMissing',
          `${workload.name} can’t pull its image ${image}; see the home’s imageOverrides.`,
        );
      }
      if (waiting?.reason === 'CrashLoopBackOff') {
        return trouble(
          'Crashing',
          `${workload.name} stops soon after each start (${restartCount} times): see its log.`,
        );
      }
      if (waiting?.reason === 'CreateContainerConfigError') {
        return trouble('BadContainer', `${workload.name} can’t be started: ${waiting.message ?? ''}`);
      }
    }
    const unscheduled = pod.status?.conditions?.find(
      ({ type, status }) => type === 'PodScheduled' && status === 'False',
    );
    if (unscheduled)
      return trouble('NoRoom', `${workload.name} finds no machine: ${unscheduled.message ?? ''}`);
  }
  return undefined;
}

const trouble = (reason: string, message: string): Health => ({ up: false, reason, message });
