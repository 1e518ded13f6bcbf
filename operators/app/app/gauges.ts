import { App } from '@hearth/domain';
import { measured, type ObjectGauge } from '@hearth/runtime';
import { isHeld } from './approval.ts';

/** What the metrics tell of each App: four answers of yes (1) or no (0). */
export const appGauges: readonly ObjectGauge[] = [
  measured(App, 'hearth_app_ready', 'Whether an App is ready: 1 or 0.', (app) =>
    answer(says(app, 'Ready', 'True')),
  ),
  measured(
    App,
    'hearth_app_stalled',
    'Whether an App waits for somebody to change something: 1 or 0.',
    (app) => answer(says(app, 'Stalled', 'True')),
  ),
  measured(
    App,
    'hearth_app_awaiting_approval',
    'Whether a plan of an App waits for its approval: 1 or 0.',
    ({ status }) => answer(status?.conditions?.some(({ reason }) => isHeld(reason)) ?? false),
  ),
  measured(
    App,
    'hearth_app_reachable',
    'Whether the address of an App answers, for all that is known: 1 or 0. Only of Apps that have one.',
    (app) => (app.status?.url === undefined ? undefined : answer(!says(app, 'Reachable', 'False'))),
  ),
];

const says = ({ status }: App, condition: string, is: 'True' | 'False'): boolean =>
  status?.conditions?.some((each) => each.type === condition && each.status === is) ?? false;

const answer = (yes: boolean): number => (yes ? 1 : 0);
