import { systemClock } from '@hearth/runtime';
import { expect, test } from 'vitest';
import { createGroup } from './group.ts';

/** A clock that only goes when it is told. */
function handClock() {
  let time = 0;
  let timers: { readonly due: number; readonly call: () => void }[] = [];
  return {
    clock: {
      ...systemClock,
      monotonic: () => time,
      after(milliseconds: number, call: () => void) {
        timers.push({ due: time + Math.max(0, milliseconds), call });
        return () => undefined;
      },
    },
    go(milliseconds: number) {
      time += milliseconds;
      const due = timers.filter((timer) => timer.due <= time);
      timers = timers.filter((timer) => timer.due > time);
      for (const { call } of due) call();
    },
  };
}

test('who is alone waits for nobody, and who comes soon after shares the next commit', async () => {
  const { clock, go } = handClock();
  const commits: (readonly string[])[] = [];
  const group = createGroup(clock, 5, async (items: readonly string[]) => {
    commits.push(items);
    return items.map((item) => item.toUpperCase());
  });
  const a = group.add('a');
  go(0);
  await a;
  await settled();
  const [b, c] = [group.add('b'), group.add('c')];
  go(4);
  await settled();
  expect(commits).toEqual([['a']]);
  go(1);
  expect(await Promise.all([a, b, c])).toEqual(['A', 'B', 'C']);
  expect(commits).toEqual([['a'], ['b', 'c']]);
});

/** Until all that can go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('who comes while a commit goes on is in the next one', async () => {
  const { clock, go } = handClock();
  const commits: (readonly string[])[] = [];
  const group = createGroup(clock, 5, async (items: readonly string[]) => {
    commits.push(items);
    await settled();
    return items;
  });
  const a = group.add('a');
  go(0);
  await Promise.resolve();
  const [b, c] = [group.add('b'), group.add('c')];
  go(0);
  expect(await Promise.all([a, b, c])).toEqual(['a', 'b', 'c']);
  expect(commits).toEqual([['a'], ['b', 'c']]);
});

test('where a commit fails, so does all that came before it was known, and the next one is tried', async () => {
  const { clock, go } = handClock();
  const group = createGroup(clock, 5, async (items: readonly number[]) => {
    await settled();
    if (items.includes(1)) throw new Error('full');
    return items;
  });
  const together = [group.add(0), group.add(1), group.add(2)];
  go(0);
  await Promise.resolve();
  const after = group.add(4);
  const outcomes = await Promise.allSettled([...together, after]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  const next = group.add(3);
  go(5);
  expect(await next).toBe(3);
});
