import { describe, expect, test } from 'vitest';
import { ApiError, Unreachable } from './cluster/errors.ts';
import { type Outcome, ready, stalled, waiting } from './outcome.ts';
import type { PassEnd } from './pass.ts';
import { createRetries } from './retries.ts';

const request = { method: 'GET', path: '/x' };
const outcome = (of: Outcome): PassEnd => ({ type: 'outcome', outcome: of });
const error = (cause: unknown): PassEnd => ({ type: 'error', error: cause, outcome: waiting('E', 'e') });
const failed = error(new Error('no'));
const away = error(new Unreachable(request, new Error('down')));
const ill = error(new ApiError(request, 503, {}));

const start = () => createRetries(() => 0.5);
const times = (count: number, take: () => number | undefined) => Array.from({ length: count }, take);

describe('an object is looked at again', () => {
  test.each([
    ['failed', failed],
    ['was overtaken', { type: 'overtaken', error: new Error('409') } as const],
    ['ended in waiting, nobody knows for how long', outcome(waiting('W', 'w'))],
  ])('with growing delays, for ever, where its pass %s', (_, end) => {
    const retries = start();
    expect(times(4, () => retries.after('k', end))).toEqual([250, 500, 1000, 2000]);
    expect(times(20, () => retries.after('k', end)).at(-1)).toBe(200_000);
    expect(retries.after('other', end)).toBe(250);
  });

  test.each([
    [undefined, ready()],
    [60_000, ready({ after: 60_000 })],
    [70, waiting('W', 'w', { after: 70 })],
    [undefined, stalled('S', 's')],
    [80, stalled('S', 's', { after: 80 })],
  ])('after %s where its pass says so, and its failures are forgotten', (after, of) => {
    const retries = start();
    for (const end of [failed, failed, away, away]) retries.after('k', end);
    expect(retries.after('k', outcome(of))).toBe(after);
    expect([retries.after('k', failed), retries.after('k', away)]).toEqual([250, 250]);
  });

  test('soon after the API server is back, however long that was away', () => {
    const retries = start();
    const delays = times(30, () => retries.after('k', away));
    expect(delays.slice(0, 3)).toEqual([250, 500, 1000]);
    expect(retries.after('k', ill)).toBe(10_000);
  });

  test('after an outage, as if there had been none', () => {
    const retries = start();
    retries.after('k', failed);
    for (let n = 0; n < 30; n++) retries.after('k', away);
    expect(retries.after('k', outcome(waiting('W', 'w')))).toBe(500);
    expect(retries.after('k', away)).toBe(250);
  });

  test('not at all where its pass was cut off', () => {
    expect(start().after('k', { type: 'cut-off' })).toBeUndefined();
  });

  test('as if for the first time where it was gone', () => {
    const retries = start();
    for (const end of [failed, failed, away, away]) retries.after('k', end);
    retries.forget('k');
    expect([retries.after('k', failed), retries.after('k', away)]).toEqual([250, 250]);
  });
});
