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
  const group = createGroup(clock, 5, (items: readonly string[]) => {
    commits.push(items);
    return items.map((item) => item.toUpperCase());
  });
  const a = group.add('a');
  go(0);
  const [b, c] = [group.add('b'), group.add('c')];
  go(4);
  expect(commits).toEqual([['a']]);
  go(1);
  expect(commits).toEqual([['a'], ['b', 'c']]);
  expect(await Promise.all([a, b, c])).toEqual(['A', 'B', 'C']);
});

test('where a commit fails, all that waited fail, and the next one is tried', async () => {
  const { clock, go } = handClock();
  const group = createGroup(clock, 5, (items: readonly number[]) => {
    if (items.includes(1)) throw new Error('full');
    return items;
  });
  const together = Promise.allSettled([group.add(0), group.add(1), group.add(2)]);
  go(0);
  expect((await together).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  const next = group.add(3);
  go(5);
  expect(await next).toBe(3);
});
