import { expect, onTestFinished, test } from 'vitest';
import type { EventLog, Query } from '../log/event-log.ts';
import { change } from '../log/testing/change.ts';
import { readNewest, readPage } from './reading.ts';

/** A log of a million events. */
const endless: Pick<EventLog, 'read'> = {
  read: async ({ after, before = Number.POSITIVE_INFINITY, limit }: Query) =>
    Array.from({ length: limit }, (_, index) => ({
      ...change({ name: 'a', version: 1 }),
      seq: Number.isFinite(before) ? before - limit + index : after + 1 + index,
      time: '',
    })),
};
const head = () => ({ seq: 1_000_000, hash: new Uint8Array(), pruned: 0 });

function readings() {
  let count = 0;
  const read: EventLog['read'] = (query) => {
    count += 1;
    return endless.read(query);
  };
  return { log: { read, head } as EventLog, count: () => count };
}

/** How often others had their turn. */
function turns(): () => number {
  let count = 0;
  let next = setImmediate(function turn() {
    count += 1;
    next = setImmediate(turn);
  });
  onTestFinished(() => clearImmediate(next));
  return () => count;
}

test.each([
  ['forwards', (log: EventLog) => readPage({ log }, { after: 0, limit: 10 }, undefined, async () => false)],
  [
    'backwards',
    (log: EventLog) => readNewest({ log }, { before: 900_000, limit: 10 }, undefined, async () => false),
  ],
])('for who sees nothing, others have their turn in between, and it comes to an end: %s', async (_, read) => {
  const { log, count } = readings();
  const others = turns();
  await read(log);
  expect(count()).toBe(20);
  expect(others()).toBeGreaterThanOrEqual(19);
});

test('what is after the last number is not looked at', async () => {
  const { log, count } = readings();
  const page = await readPage({ log }, { after: 10, limit: 100, last: 110 }, undefined, async () => false);
  expect([page, count()]).toEqual([{ events: [] }, 1]);
});
