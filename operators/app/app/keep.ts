import {
  type Context,
  Deployment,
  type Outcome,
  Pod,
  type Read,
  ready,
  StatefulSet,
  stalled,
  waiting,
} from '@hearth/runtime';
import { labels } from '../names.ts';
import { healthOf } from '../workload/health.ts';
import { appSelector, namespaceOf } from '../workload/input.ts';
import { networkPolicy } from '../workload/network-policy.ts';
import { callersOf } from './callers.ts';
import type { Scene } from './scene.ts';
import { consumersOf, unneeded } from './status.ts';

/** Why an App is left as it is, as the condition that says so. */
export interface KeepReason {
  readonly condition: 'VersionKnown' | 'Approved';
  readonly reason: string;
  readonly message: string;
  /** The Plan that waits, where there is one. */
  readonly plan?: string;
}

/**
 * Lets an App run on that can't, or may not yet, be made anew. Nothing that its pods start from is touched, and it is as ready as they
 * are, so that those who use it work on; only who may reach it is kept up to date.
 */
export async function keepRunning(
  scene: Scene,
  { condition: type, reason, message, plan }: KeepReason,
  { read, act }: Context,
): Promise<Outcome> {
  const { app } = scene;
  const route = app.status?.bindings?.find(({ kind }) => kind === 'Route');
  await act.apply(networkPolicy({ app }, callersOf(scene, route?.providerRef, read)), { owner: app });
  const detail = {
    status: { requiredBy: consumersOf(scene), ...(plan ? { plan } : {}) },
    conditions: [{ type, status: 'False' as const, reason, message }, ...unneeded(scene)],
  };
  const workloads = workloadsOf(scene, read);
  if (workloads.length === 0) return stalled(reason, `Nothing of it runs any more. ${message}`, detail);
  const down = workloads.find(({ up }) => !up);
  return down === undefined || down.up
    ? ready({ ...detail, message })
    : waiting(down.reason, `${down.message} ${message}`, detail);
}

/** How the workloads of an App are that are there, whatever its definition says by now. */
function workloadsOf({ app }: Scene, read: Read) {
  const owned = [...read.owned(Deployment, app), ...read.owned(StatefulSet, app)];
  return owned.map((object) => {
    const name = object.metadata.labels?.[labels.workload] ?? object.metadata.name;
    const own = { ...appSelector(app), [labels.workload]: name };
    return healthOf({ name }, object, read.list(Pod, { namespace: namespaceOf(app), labels: own }));
  });
}
