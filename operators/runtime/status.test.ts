import { describe, expect, test } from 'vitest';
import { applyJsonPatch } from './json-patch.ts';
import { type Outcome, ready, stalled, waiting } from './outcome.ts';
import { conditionsOf, statusPatch, type WithStatus } from './status.ts';

const NOW = new Date('2026-03-01T10:00:00.500Z');
const LATER = new Date('2026-03-01T11:00:00Z');

function object(status?: object, generation = 1): WithStatus {
  return {
    apiVersion: 't/v1',
    kind: 'T',
    metadata: { name: 'x', uid: 'u', generation },
    ...(status ? { status } : {}),
  };
}

/** The object with the patch of an outcome in its status, as the server would leave it. */
function after(before: WithStatus, outcome: Outcome, now = NOW, generation = 1): WithStatus {
  const current = { ...before, metadata: { ...before.metadata, generation } };
  return applyJsonPatch(current, statusPatch(current, outcome, now) ?? []);
}

/** What a patch does, after the test that it begins with. */
function changes(of: WithStatus, outcome: Outcome, now = LATER): unknown[] {
  const [test, ...rest] = statusPatch(of, outcome, now) ?? [];
  expect(test).toEqual({ op: 'test', path: '/metadata/uid', value: 'u' });
  return rest;
}

const types = (of: WithStatus) => conditionsOf(of.status).map(({ type, status }) => `${type}=${status}`);

describe('a status', () => {
  test('has Ready, and Reconciling or Stalled only while they are so', () => {
    const first = after(object(), waiting('Creating', 'creates it'));
    expect(types(first)).toEqual(['Ready=False', 'Reconciling=True']);
    const second = after(first, ready({ message: 'done' }));
    expect(types(second)).toEqual(['Ready=True']);
    expect(types(after(second, stalled('Bad', 'mend it')))).toEqual(['Ready=False', 'Stalled=True']);
  });

  test('is not patched where it says so already', () => {
    const outcome = ready({ status: { url: 'a', list: [{ b: 1, a: 2 }] }, message: 'done' });
    const done = after(object(), outcome);
    expect(statusPatch(done, outcome, LATER)).toBeUndefined();
    expect(
      statusPatch(done, ready({ status: { list: [{ a: 2, b: 1 }] }, message: 'done' }), LATER),
    ).toBeUndefined();
  });

  test('is patched with what differs, and no more', () => {
    const done = after(object({ kept: 1 }), ready({ status: { url: 'a', inner: { x: 1, y: 1 } } }));
    expect(changes(done, ready({ status: { url: 'a', inner: { y: 2 } } }))).toEqual([
      { op: 'add', path: '/status/inner', value: { x: 1, y: 2 } },
    ]);
    expect(changes(done, ready({ status: { url: null, 'a/b': 1 } }))).toEqual([
      { op: 'remove', path: '/status/url' },
      { op: 'add', path: '/status/a~1b', value: 1 },
    ]);
  });

  test('moves lastTransitionTime only when a condition flips', () => {
    const first = after(object(), waiting('Creating', 'one'));
    const second = after(first, waiting('Waiting', 'two'), LATER, 2);
    expect(conditionsOf(second.status)).toMatchObject([
      {
        reason: 'Waiting',
        message: 'two',
        observedGeneration: 2,
        lastTransitionTime: '2026-03-01T10:00:00Z',
      },
      { lastTransitionTime: '2026-03-01T10:00:00Z' },
    ]);
    const third = after(second, ready(), LATER);
    expect(conditionsOf(third.status)).toMatchObject([
      { status: 'True', lastTransitionTime: '2026-03-01T11:00:00Z' },
    ]);
  });

  test('keeps further conditions that are not stated, and drops those that no longer are', () => {
    const extra = { type: 'PlanStale', status: 'True', reason: 'Changed', message: 'plan again' } as const;
    const first = after(object(), ready({ conditions: [extra] }));
    expect(types(first)).toEqual(['Ready=True', 'PlanStale=True']);
    expect(types(after(first, waiting('X', 'x')))).toEqual([
      'Ready=False',
      'Reconciling=True',
      'PlanStale=True',
    ]);
    expect(types(after(first, ready({ conditions: [] })))).toEqual(['Ready=True']);
  });

  test('says which generation it is about, where the kind has generations', () => {
    expect(after(object(), ready(), NOW, 4).status).toMatchObject({ observedGeneration: 4 });
    expect(after(object({ observedGeneration: -1 }), ready()).status).toMatchObject({
      observedGeneration: 1,
    });
    const none: WithStatus = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', uid: 'u' } };
    expect(applyJsonPatch(none, statusPatch(none, ready(), NOW) ?? []).status).not.toHaveProperty(
      'observedGeneration',
    );
  });
});
