import { expect, test } from 'vitest';
import { callOf, createTap, livesOf, pointsOf, sampled, statementOf } from './sweep-points.ts';

test('a tap tells the nth of equal calls of a step, once', () => {
  const tap = createTap();
  const when = 'after';
  tap.begin('install', { step: 'install', what: 'PATCH /a', nth: 2, when });
  expect(['PATCH /b', 'PATCH /a', 'PATCH /a', 'PATCH /a'].map(tap.next)).toEqual([
    undefined,
    undefined,
    when,
    undefined,
  ]);
  expect(tap.met()).toBe(true);
  tap.begin('change');
  expect(tap.next('PATCH /a')).toBeUndefined();
  expect(tap.met()).toBe(false);
  expect(tap.calls.at(-2)).toEqual({ step: 'install', what: 'PATCH /a', nth: 3 });
  expect(tap.calls.at(-1)).toEqual({ step: 'change', what: 'PATCH /a', nth: 1 });
});

test.each([
  ['/apis/x/namespaces/home/plans/rss-0a1b2c3d4e?force=true', 'PATCH /apis/x/namespaces/home/plans/rss-*'],
  ['/apis/x/namespaces/home/plans/rss-0a1b2c3d4e/status', 'PATCH /apis/x/namespaces/home/plans/rss-*/status'],
  [
    '/apis/events.k8s.io/v1/namespaces/home/events/rss.1',
    'PATCH /apis/events.k8s.io/v1/namespaces/home/events/*',
  ],
  ['/api/v1/namespaces/home/secrets/rss-env?x=y', 'PATCH /api/v1/namespaces/home/secrets/rss-env'],
])('a call is named without what differs from run to run: %s', (path, name) => {
  expect(callOf('PATCH', path)).toBe(name);
});

test('a statement is named without its literals', () => {
  const text = `CREATE ROLE "rss" LOGIN CONNECTION LIMIT 50\n  PASSWORD 'SCRAM''s secret'`;
  expect(statementOf(text)).toBe(`SQL CREATE ROLE "rss" LOGIN CONNECTION LIMIT … PASSWORD '…'`);
});

test('each point is in one life, and no life has two in one step', () => {
  const calls = ['install', 'install', 'install', 'change', 'change', 'delete'].map((step, nth) => ({
    step,
    what: 'x',
    nth,
  }));
  const points = pointsOf(calls);
  expect(points).toHaveLength(12);
  const lives = livesOf(points);
  expect(lives).toHaveLength(6);
  expect(lives.flatMap((life) => [...life.values()])).toEqual(expect.arrayContaining(points));
  expect(lives.reduce((sum, life) => sum + life.size, 0)).toBe(points.length);
  expect(sampled(points, 5)).toEqual([points[0], points[5], points[10]]);
});
