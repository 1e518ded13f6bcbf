import type { App, Plan } from '@hearth/domain';
import { expect, it } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { progressOf } from './controller.ts';

const plan = { metadata: { name: 'rss-0123456789', namespace: 'home' } } as Plan;
const app = (current: string, status: 'True' | 'False', reason: string): App =>
  appOf(
    'rss',
    {},
    {
      status: {
        observedGeneration: 1,
        plan: current,
        conditions: [
          {
            type: 'Ready',
            status,
            reason,
            message: 'a word of the app',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    },
  );

const running = app(plan.metadata.name, 'True', 'Ready');
const held = {
  type: 'Approved',
  status: 'False' as const,
  reason: 'PlanStale',
  message: 'a word of the app',
};
const runsByAnother: App = {
  ...running,
  status: {
    observedGeneration: 1,
    ...running.status,
    conditions: [
      ...(running.status?.conditions ?? []),
      { ...held, lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  },
};

it.each<[string, App | undefined, string, string]>([
  ['its app is gone', undefined, 'ready', 'Superseded'],
  ['the app has another', app('rss-9876543210', 'True', 'Ready'), 'ready', 'Superseded'],
  ['the app runs', app(plan.metadata.name, 'True', 'Ready'), 'ready', 'CarriedOut'],
  ['the app starts', app(plan.metadata.name, 'False', 'Starting'), 'waiting', 'InProgress'],
  [
    'nobody has approved it',
    app(plan.metadata.name, 'False', 'AwaitingApproval'),
    'waiting',
    'AwaitingApproval',
  ],
  ['another was approved', app(plan.metadata.name, 'False', 'PlanStale'), 'waiting', 'AwaitingApproval'],
  ['the app runs by an older one meanwhile', runsByAnother, 'waiting', 'AwaitingApproval'],
])('when %s', (_, of, outcome, phase) => {
  const progress = progressOf(plan, of);
  expect([progress.type, progress.status]).toEqual([outcome, { phase }]);
  if (outcome === 'waiting') expect(progress.message).toBe('a word of the app');
});
