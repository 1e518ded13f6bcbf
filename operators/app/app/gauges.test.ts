import type { App } from '@hearth/domain';
import { expect, test } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { appGauges } from './gauges.ts';

const condition = (type: string, status: 'True' | 'False', reason = 'Because') => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const url = 'https://rss.hearth.home.arpa';

test.each<
  [
    what: string,
    status: Omit<NonNullable<App['status']>, 'observedGeneration'> | undefined,
    ready: number,
    stalled: number,
    held: number,
    reachable?: number,
  ]
>([
  ['has no status yet', undefined, 0, 0, 0],
  ['is starting', { conditions: [condition('Ready', 'False'), condition('Reconciling', 'True')] }, 0, 0, 0],
  ['is ready, without an address', { conditions: [condition('Ready', 'True')] }, 1, 0, 0],
  ['is ready', { url, conditions: [condition('Ready', 'True')] }, 1, 0, 0, 1],
  [
    'is stalled',
    { conditions: [condition('Ready', 'False', 'Conflict'), condition('Stalled', 'True', 'Conflict')] },
    0,
    1,
    0,
  ],
  [
    'waits for its first approval',
    { conditions: [condition('Ready', 'False', 'AwaitingApproval')] },
    0,
    0,
    1,
  ],
  [
    'runs while its next plan waits',
    { url, conditions: [condition('Ready', 'True'), condition('Approved', 'False', 'PlanStale')] },
    1,
    0,
    1,
    1,
  ],
  [
    'runs behind a gateway that is gone',
    { url, conditions: [condition('Ready', 'True'), condition('Reachable', 'False', 'Refused')] },
    1,
    0,
    0,
    0,
  ],
])('an App that %s', (_, status, ready, stalled, held, reachable) => {
  const app = appOf('rss', {}, status === undefined ? {} : { status: { ...status, observedGeneration: 1 } });
  const told = Object.fromEntries(appGauges.map(({ name, value }) => [name, value(app)]));
  expect(told).toEqual({
    hearth_app_ready: ready,
    hearth_app_stalled: stalled,
    hearth_app_awaiting_approval: held,
    hearth_app_reachable: reachable,
  });
});
