import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('no more than so many are in at once, each in its order, also where one fails', async () => {
  const turns = createTurns(2);
  const began: number[] = [];
  let [inside, most] = [0, 0];
  const work = (number: number) =>
    turns.take(async () => {
      began.push(number);
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, number % 3));
      inside--;
      if (number === 4) throw new Error('four');
      return number;
    });
  const all = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => work(number)));
  expect(most).toBe(2);
  expect(began).toEqual(Array.from({ length: 20 }, (_, number) => number));
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await turns.take(async () => 'free')).toBe('free');
});
