import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('no more run at once, all run, and one that fails keeps nobody', async () => {
  const inTurn = createTurns(3);
  let running = 0;
  let most = 0;
  const run = (number: number) =>
    inTurn(async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      if (number % 5 === 0) throw new Error('failed');
      return number;
    });
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => run(number)));
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
});

test('where so many wait as may, another is refused', async () => {
  const inTurn = createTurns(1, 1);
  const end = Promise.withResolvers<void>();
  const first = inTurn(() => end.promise);
  const second = inTurn(async () => 'second');
  await expect(inTurn(async () => 'third')).rejects.toMatchObject({ status: 503 });
  end.resolve();
  await first;
  expect([await second, await inTurn(async () => 'fourth')]).toEqual(['second', 'fourth']);
});
