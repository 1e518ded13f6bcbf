import { expect, test } from 'vitest';
import { backoffDelay, createKeyBackoff } from './backoff.ts';

test('delays double around their middle until they are long, and stay so for ever', () => {
  const delays = [1, 2, 3, 10, 11, 12, 1_000_000].map((failures) =>
    backoffDelay(failures, { first: 250, longest: 300_000, random: () => 0.5 }),
  );
  expect(delays).toEqual([250, 500, 1000, 128_000, 200_000, 200_000, 200_000]);
});

test('delays are spread by half to either side, also where they can grow no more', () => {
  const at = (random: number, failures: number) =>
    backoffDelay(failures, { first: 100, longest: 900, random: () => random });
  expect([at(0, 1), at(0.999, 1)]).toEqual([50, expect.closeTo(149.9)]);
  expect([at(0, 20), at(0.5, 20), at(0.75, 20), at(1, 20)]).toEqual([300, 600, 750, 900]);
});

test('a key that did well starts anew, others go on', () => {
  const backoff = createKeyBackoff({ first: 100, longest: 10_000, random: () => 0.5 });
  expect([backoff.next('a'), backoff.next('a'), backoff.next('b'), backoff.next('a')]).toEqual([
    100, 200, 100, 400,
  ]);
  backoff.forget('a');
  expect([backoff.next('a'), backoff.next('b')]).toEqual([100, 200]);
});
