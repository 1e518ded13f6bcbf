import { expect, test } from 'vitest';
import { movableClock } from '../testing/movable-clock.ts';
import { createMemo } from './memo.ts';

function asked() {
  const clock = movableClock();
  const memo = createMemo<number>({ clock, milliseconds: 1000, most: 2 });
  let count = 0;
  return { clock, memo, ask: async () => ++count };
}

test('an answer is remembered for its time', async () => {
  const { clock, memo, ask } = asked();
  expect([await memo('a', ask), await memo('a', ask)]).toEqual([1, 1]);
  clock.advance(500);
  expect(await memo('a', ask)).toBe(1);
  clock.advance(501);
  expect(await memo('a', ask)).toBe(2);
});

test('who asks at the same time shares the answer', async () => {
  const { memo, ask } = asked();
  expect(await Promise.all([memo('a', ask), memo('a', ask), memo('b', ask)])).toEqual([1, 1, 2]);
});

test('what failed is asked again', async () => {
  const { memo, ask } = asked();
  await expect(memo('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await memo('a', ask)).toBe(1);
});

test('what is not to be kept is asked again', async () => {
  const memo = createMemo<number>({
    clock: movableClock(),
    milliseconds: 1000,
    most: 2,
    keeps: (n) => n > 1,
  });
  let count = 0;
  const ask = async () => ++count;
  expect([await memo('a', ask), await memo('a', ask), await memo('a', ask)]).toEqual([1, 2, 2]);
});

test('no more than so many are remembered', async () => {
  const { memo, ask } = asked();
  for (const question of ['a', 'b', 'c']) await memo(question, ask);
  expect(await memo('c', ask)).toBe(3);
  expect(await memo('a', ask)).toBe(4);
});
