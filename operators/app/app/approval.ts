import type { App } from '@hearth/domain';

/** Why a plan may not be carried out yet. */
export interface Held {
  readonly reason: 'AwaitingApproval' | 'PlanStale';
  readonly message: string;
}

/** Whether an App says that a plan of it waits for its person: the reason of its Ready or its Approved condition. */
export const isHeld = (reason: string | undefined): boolean =>
  reason === 'AwaitingApproval' || reason === 'PlanStale';

/** Whether a plan may be carried out; if not, what the App waits for. */
export function approval(app: App, plan: { readonly name: string; readonly hash: string }): Held | undefined {
  if (app.spec.approval === 'Automatic') return undefined;
  const { approvedPlan } = app.spec;
  if (approvedPlan === plan.name || approvedPlan === plan.hash) return undefined;
  const how = `Read it with \`kubectl get plan ${plan.name} -o yaml\` and set spec.approvedPlan to ${plan.hash}.`;
  if (approvedPlan === '') {
    return { reason: 'AwaitingApproval', message: `Plan ${plan.name} waits for approval. ${how}` };
  }
  const stale = `Plan ${approvedPlan} was approved, but things have changed and the plan is now ${plan.name}.`;
  return { reason: 'PlanStale', message: `${stale} ${how}` };
}
