import { expect, test } from 'vitest';
import { backoffDelay, createKeyBackoff } from './backoff.ts';

test('delays double around their middle up to the longest, and stay there for ever', () => {
  const delays = [1, 2, 3, 10, 11, 12, 1_000_000].map((failures) =>
    backoffDelay(failures, { first: 250, longest: 300_000, random: () => 0.5 }),
  );
  expect(delays).toEqual([250, 500, 1000, 128_000, 256_000, 300_000, 300_000]);
});

test('delays are spread by half to either side, but never beyond the longest', () => {
  const at = (random: number, failures: number) =>
    backoffDelay(failures, { first: 100, longest: 1000, random: () => random });
  expect([at(0, 1), at(0.999, 1)]).toEqual([50, expect.closeTo(149.9)]);
  expect([at(0, 20), at(0.999, 20)]).toEqual([500, 1000]);
});

test('a key that did well starts anew, others go on', () => {
  const backoff = createKeyBackoff({ first: 100, longest: 10_000, random: () => 0.5 });
  expect([backoff.next('a'), backoff.next('a'), backoff.next('b'), backoff.next('a')]).toEqual([
    100, 200, 100, 400,
  ]);
  backoff.forget('a');
  expect([backoff.next('a'), backoff.next('b')]).toEqual([100, 200]);
});
