import { setImmediate as othersTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EventLog } from '../log/event-log.ts';
import { change, cursorAt } from '../log/testing/change.ts';
import { record, testLog } from '../log/testing/logs.ts';
import { createStates } from './states.ts';

/** The states of a log, and how often and how much at once it was read for them. */
function counted(log: EventLog) {
  const count = { readings: 0, underWay: 0, most: 0 };
  async function* states(at?: number) {
    count.readings += 1;
    count.underWay += 1;
    count.most = Math.max(count.most, count.underWay);
    await othersTurn();
    yield* log.states(at);
    count.underWay -= 1;
  }
  return { count, read: createStates({ ...log, states }) };
}

test('are read once for all who ask while nothing happens', async () => {
  const { log } = testLog();
  await record(log, 'aab');
  const { count, read } = counted(log);
  const [first, ...others] = await Promise.all([read(), read(), read()]);
  expect([...(first?.values() ?? [])].map(({ seq }) => seq)).toEqual([2, 3]);
  for (const other of others) expect(other).toBe(first);
  expect(count.readings).toBe(1);
});

test('follow what happens, and leave those as they are that somebody has', async () => {
  const { log } = testLog();
  await record(log, 'abc');
  const { count, read } = counted(log);
  const former = await read();
  await record(log, 'ad', 5);
  await log.append(
    [change({ name: 'b', version: 9, type: 'deleted' }), change({ name: '', version: 9, type: 'gap' })],
    cursorAt(9),
  );
  const anew = await createStates(log)();
  expect([...(await read())]).toEqual([...anew]);
  expect([...anew.values()].map(({ seq }) => seq)).toEqual([3, 4, 5]);
  expect([...former.values()].map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(count.readings).toBe(1);
});

test('of former times are read for one after the other', async () => {
  const { log } = testLog();
  await record(log, 'abcabc');
  const { count, read } = counted(log);
  const sizes = await Promise.all([1, 2, 3].map(async (at) => (await read(at)).size));
  expect(sizes).toEqual([1, 2, 3]);
  expect(count).toEqual({ readings: 3, underWay: 0, most: 1 });
});
