import type { App } from '@hearth/domain';
import {
  type Context,
  controllerOf,
  Deployment,
  type DeploymentObject,
  keyOf,
  PodDisruptionBudget,
  type Resource,
  Service,
  StatefulSet,
  type StatefulSetObject,
  Waiting,
} from '@hearth/runtime';
import { type WorkloadInput, workloadMeta } from '../workload/input.ts';
import { disruptionBudget, serviceObject, workloadObject } from '../workload/objects.ts';

/** Removes what an earlier version of the definition ran and this one doesn't. */
export async function removeStrays(
  workloads: readonly WorkloadInput[],
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const [first] = workloads;
  if (first === undefined) return;
  const objects = workloads.flatMap((each) => [
    workloadObject(each),
    serviceObject(each) ?? [],
    disruptionBudget(each) ?? [],
  ]);
  const wanted = new Set(objects.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  for (const kind of [Deployment, StatefulSet, Service, PodDisruptionBudget]) {
    for (const object of read.owned<Resource>(kind, first.app)) {
      const { name, uid } = object.metadata;
      if (!wanted.has(`${kind.kind}/${name}`)) await act.delete(kind, keyOf(object), { uid });
    }
  }
}

/**
 * Makes room for a workload where an earlier version of the definition gave its name to another: what selects the pods
 * of a Deployment or StatefulSet never changes. Its pods go with it. The first pod of a StatefulSet waits for the one
 * before it, which has the same name, so that two never share a volume.
 * @throws Waiting until it is gone.
 */
export async function makeRoom(
  input: Pick<WorkloadInput, 'app' | 'workload' | 'index'>,
  object: DeploymentObject | StatefulSetObject,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const kind = object.kind === Deployment.kind ? Deployment : StatefulSet;
  const key = keyOf(object);
  const there = read.get<DeploymentObject | StatefulSetObject>(kind, key);
  if (there === undefined || !isOf(input.app, there)) return;
  const selected = there.spec?.selector.matchLabels ?? {};
  const wanted = Object.entries(object.spec?.selector.matchLabels ?? {});
  if (wanted.every(([name, value]) => selected[name] === value)) return;
  await act.delete(kind, key, { uid: there.metadata.uid });
  const { name } = workloadMeta(input);
  const message = `${kind.kind} ${name} is made anew, now that it is for ${input.workload.name}.`;
  throw new Waiting('Replacing', message);
}

const isOf = (app: App, object: Resource): boolean => controllerOf(object)?.uid === app.metadata.uid;
