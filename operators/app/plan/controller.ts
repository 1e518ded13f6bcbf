import { App, Plan } from '@hearth/domain';
import { type Controller, labelled, mapped, type Outcome, ready, waiting } from '@hearth/runtime';
import { isHeld } from '../app/approval.ts';
import { labels } from '../names.ts';

/** Says of each Plan how far it is. Nobody else writes a Plan's status. */
export const planController: Controller<Plan> = {
  name: 'plan',
  kind: Plan,
  watches: [
    mapped(
      App,
      ({ metadata: { namespace, name } }, read) =>
        read
          .list(Plan, { ...(namespace ? { namespace } : {}), labels: { [labels.app]: name } })
          .map(({ metadata }) => metadata),
      { aspect: ({ status }) => [status?.plan, status?.conditions] },
    ),
  ],
  indexes: [labelled(Plan, labels.app)],
  reconcile: async (plan, { read }) => {
    const { namespace } = plan.metadata;
    return progressOf(plan, read.get(App, { namespace, name: plan.spec.app }));
  },
};

/** How far a plan is, from what its App says. */
export function progressOf(plan: Plan, app: App | undefined): Outcome {
  if (app === undefined || app.status?.plan !== plan.metadata.name) {
    return ready({ status: { phase: 'Superseded' }, message: 'Another plan has taken its place.' });
  }
  const conditions = new Map(app.status.conditions?.map((each) => [each.type, each]));
  const [readiness, approved] = [conditions.get('Ready'), conditions.get('Approved')];
  // What an App says of itself: an older plan of it may run on while this one waits.
  const waits = approved?.status === 'False' ? approved : readiness;
  if (waits?.status === 'True')
    return ready({ status: { phase: 'CarriedOut' }, message: 'It is carried out.' });
  return waiting(waits?.reason ?? 'Starting', waits?.message ?? 'It is being carried out.', {
    status: { phase: isHeld(waits?.reason) ? 'AwaitingApproval' : 'InProgress' },
    // Its App's next word wakes it; there is nothing to look for in between.
    after: 5 * 60_000,
  });
}
