import { expect, test } from 'vitest';
import { withoutHistory } from './history.ts';

test('former plans, steps of the last and generations of workloads are left out, and nothing else', () => {
  const app = { metadata: { name: 'rss', generation: 2 }, spec: {}, status: { plan: 'rss-b' } };
  expect(
    withoutHistory({
      'App home/rss': app,
      'Plan home/rss-a': { spec: {} },
      'Plan home/rss-b': { metadata: {}, spec: { hash: 'b', levels: [{ name: '0' }] }, status: {} },
      'Deployment home/rss': {
        metadata: { name: 'rss', generation: 7 },
        spec: { replicas: 1 },
        status: { observedGeneration: 7, replicas: 1 },
      },
    }),
  ).toEqual({
    'App home/rss': app,
    'Plan home/rss-b': { metadata: {}, spec: { hash: 'b' }, status: {} },
    'Deployment home/rss': { metadata: { name: 'rss' }, spec: { replicas: 1 }, status: { replicas: 1 } },
  });
});
