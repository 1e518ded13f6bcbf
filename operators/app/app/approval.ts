import type { App } from '@hearth/domain';
import { type Outcome, waiting } from '@hearth/runtime';

/** Whether a plan may be carried out; if not, what the App waits for. */
export function approval(
  app: App,
  plan: { readonly name: string; readonly hash: string },
): Outcome | undefined {
  if (app.spec.approval === 'Automatic') return undefined;
  const { approvedPlan } = app.spec;
  if (approvedPlan === plan.name || approvedPlan === plan.hash) return undefined;
  const how = `Read it with \`kubectl get plan ${plan.name} -o yaml\` and set spec.approvedPlan to ${plan.hash}.`;
  return approvedPlan === ''
    ? waiting('AwaitingApproval', `Plan ${plan.name} waits for approval. ${how}`)
    : waiting(
        'PlanStale',
        `Plan ${approvedPlan} was approved, but things have changed and the plan is now ${plan.name}. ${how}`,
      );
}
