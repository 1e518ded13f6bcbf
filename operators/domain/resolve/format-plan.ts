import type { PlanSpec } from '../schema/plan.ts';

/** A plan as text for a terminal. */
export function formatPlan(plan: PlanSpec): string {
  throw new Error(`not written yet ${plan.app}`);
}
