import { expect, test } from 'vitest';
import { app, definition, planned, postgres, resolveIn } from './fixtures.ts';
import { formatPlan } from './format-plan.ts';

test('a plan reads from top to bottom', () => {
  const rss = definition('rss', {
    integrations: [{ name: 'db', kind: 'Database', required: true }],
    workloads: [{ name: 'app', resources: { cpu: '100m', memory: '64Mi' } }],
  });
  const nodes = [{ name: 'pi', arch: 'arm64', free: { cpu: 2, memory: 2 ** 30 } }];
  const { plan } = planned(resolveIn(app('home/rss'), { catalogue: [rss, postgres], nodes }));
  expect(formatPlan({ ...plan, hash: 'abcdefghij' })).toBe(
    [
      'Plan abcdefghij for rss',
      '  1. Install hearth-providers/postgres (postgres 1.0.0)',
      '       Why: home/rss needs a Database in its slot `db`, and none that can serve it is installed.',
      '       Data: Makes volumes of its own; there is nothing in them yet.',
      '       Could run on: pi',
      '       Fits: yes: the most that one machine has left is 2 CPU and 1Gi of memory',
      '  2. Bind db (Database) to hearth-providers/postgres',
      '       Why: home/rss needs a Database in its slot `db`, and none that can serve it is installed.',
      '       Data: Makes a Database in hearth-providers/postgres, or takes the one that was retained.',
      '  3. Run home/rss (rss 1.0.0)',
      '       Why: It is what was asked for.',
      '       Asks for: 100m CPU and 64Mi of memory',
      '       Could run on: pi',
      '       Fits: yes: the most that one machine has left is 2 CPU and 1Gi of memory',
      '',
    ].join('\n'),
  );
});

test('restarts and dedicated providers are told, and absent things aren’t', () => {
  const self = { namespace: 'home', name: 'rss' };
  const steps = [
    { id: 'a', action: 'Install' as const, app: self, reason: 'r', dedicated: 'too old.' },
    {
      id: 'b',
      action: 'Rewire' as const,
      app: self,
      slot: 's',
      kind: 'Route',
      provider: self,
      reason: 'r',
      restarts: [self],
      nodes: [],
    },
    { id: 'c', action: 'Offer' as const, app: self, slot: 't', reason: 'r' },
  ];
  expect(formatPlan({ app: 'rss', hash: '0123456789', levels: [{ name: '0', steps }] })).toBe(
    [
      'Plan 0123456789 for rss',
      '  1. Install home/rss',
      '       Why: r',
      '       Dedicated: too old.',
      '  2. Rewire s (Route) to home/rss',
      '       Why: r',
      '       Restarts: home/rss',
      '       Could run on: no machine',
      '  3. Offer t',
      '       Why: r',
      '',
    ].join('\n'),
  );
});
