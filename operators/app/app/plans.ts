import { type App, Plan, type PlanSpec } from '@hearth/domain';
import type { Act, Read } from '@hearth/runtime';
import { appLabels, namespaceOf } from '../workload/input.ts';

/** How many plans of an App are kept. */
const kept = 5;

/** The name of a plan, `rss-k3x9q0a7bz`. */
const planName = (app: App, plan: PlanSpec): string => `${app.metadata.name}-${plan.hash}`;

/** Writes a plan down, once, and forgets the oldest. */
export async function keepPlan(
  app: App,
  plan: PlanSpec,
  { read, act }: { read: Read; act: Act },
): Promise<string> {
  const key = { namespace: namespaceOf(app), name: planName(app, plan) };
  if (read.get(Plan, key) === undefined) {
    // By apply, not create: where the cache is late, the same plan again is no error.
    await act.apply(
      {
        apiVersion: Plan.apiVersion,
        kind: Plan.kind,
        metadata: { ...key, labels: appLabels(app) },
        spec: plan,
      } as Plan,
      { owner: app },
    );
  }
  for (const { metadata } of outdated(read.owned(Plan, app), key.name))
    await act.delete(Plan, metadata, { uid: metadata.uid });
  return key.name;
}

/** The plans to forget: all but the current one and the newest beside it. */
function outdated(plans: readonly Plan[], current: string): Plan[] {
  return plans
    .filter(({ metadata }) => metadata.name !== current && metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => newestFirst(a, b))
    .slice(kept - 1);
}

const newestFirst = (a: Plan, b: Plan): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name);
