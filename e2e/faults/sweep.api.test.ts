import { expect, test } from 'vitest';
import { sweep } from './sweep.ts';

/** How many points there is time for in a run of all tests; `npm run bench -- sweep` tries every one. */
const POINTS = 45;

test('killed at any point of an App’s life, the operator goes on to the same end', async () => {
  const result = await sweep({
    stride: (points) => Math.ceil(points / POINTS),
    progress: (doing) => console.error(doing),
  });
  const { points, tried, missed, failures, seconds } = result;
  console.error(`${points} points, ${tried} tried in ${seconds.toFixed(0)} s; not met: ${missed.join('; ')}`);
  expect(failures).toEqual([]);
  expect(points).toBeGreaterThan(100);
  expect(tried).toBeGreaterThanOrEqual(POINTS * 0.6);
}, 900_000);
