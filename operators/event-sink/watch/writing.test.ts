import { setImmediate as settle } from 'node:timers/promises';
import { fakeClock } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { type Cursor, LogFull, type NewEvent } from '../log/event-log.ts';
import { change } from '../log/testing/change.ts';
import { createBacklog } from './backlog.ts';
import { createWriting } from './writing.ts';

const OF = 'apps.apps.hearth.dev';
const step = (version: number, count = 1) => ({
  events: Array.from({ length: count }, () => change({ name: 'a', version })),
  resourceVersion: `${version}`,
  weight: 10 * count,
});

/** A log that takes or refuses what it is told to. */
function open() {
  const taken: string[] = [];
  const said: string[] = [];
  const answers: (Error | Promise<void>)[] = [];
  const append = async (events: readonly NewEvent[], cursor: Cursor) => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    await answer;
    taken.push(`${events.length} to ${cursor.resourceVersion}`);
    return { first: 1, last: 1 };
  };
  const clock = fakeClock();
  const backlog = createBacklog(100);
  const stop = new AbortController();
  const writing = createWriting(
    {
      log: { append },
      of: OF,
      backlog,
      clock,
      onRecorded: () => undefined,
      onChange: (how) => said.push(how),
    },
    stop.signal,
  );
  return { taken, said, answers, clock, backlog, stop, writing };
}

describe('writing', () => {
  test('takes together what came while the append before was under way', async () => {
    const { taken, answers, writing } = open();
    const slow = Promise.withResolvers<void>();
    answers.push(slow.promise);
    for (const version of [1, 2, 3]) writing.push(step(version));
    await settle();
    expect(taken).toEqual([]);
    slow.resolve();
    await writing.done();
    expect(taken).toEqual(['1 to 1', '2 to 3']);
  });

  test('does not put too much into one append, nor part a step', async () => {
    const { taken, writing } = open();
    for (const [version, count] of [
      [1, 1],
      [2, 300],
      [3, 300],
      [4, 700],
    ] as const)
      writing.push(step(version, count));
    await writing.done();
    expect(taken).toEqual(['1 to 1', '300 to 2', '300 to 3', '700 to 4']);
  });

  test('tries again what the log has no room for, leaves nothing out and says how it stands', async () => {
    const { taken, said, answers, clock, writing } = open();
    answers.push(new LogFull('full'), new LogFull('full'), new Error('broken'));
    writing.push(step(1));
    writing.push(step(2));
    for (let n = 0; n < 5; n++) {
      await settle();
      clock.advance(15_000);
    }
    await writing.done();
    expect(taken).toEqual(['2 to 2']);
    expect(said).toEqual(['full', 'full', 'failing', 'writing']);
  });

  test('waits for the log no longer than until it is to end', async () => {
    const { taken, answers, stop, writing } = open();
    answers.push(new LogFull('full'), new LogFull('full'));
    writing.push(step(1));
    await settle();
    stop.abort();
    await writing.done();
    expect(taken).toEqual([]);
    expect(writing.waiting()).toBe(1);
  });

  test('holds back those who bring more than the log takes', async () => {
    const { answers, backlog, writing } = open();
    const slow = Promise.withResolvers<void>();
    answers.push(slow.promise);
    writing.push(step(1, 6));
    expect(backlog.room()).toBeUndefined();
    writing.push(step(2, 4));
    const room = backlog.room();
    expect(room).toBeInstanceOf(Promise);
    expect(backlog.weight()).toBe(100);
    slow.resolve();
    await room;
    expect(backlog.room()).toBeUndefined();
    await writing.done();
    expect(backlog.weight()).toBe(0);
  });
});
