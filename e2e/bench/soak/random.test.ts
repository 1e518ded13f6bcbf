import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const values = (seed: number, fork = 'a') => {
  const random = createRandom(seed).fork(fork);
  return Array.from({ length: 5 }, () => random.below(1000));
};

test('the same seed gives the same values, and another one others', () => {
  expect(values(7)).toEqual(values(7));
  expect(values(7)).not.toEqual(values(8));
  expect(values(7)).not.toEqual(values(7, 'b'));
});

test('a fork does not care how often its origin was asked', () => {
  const random = createRandom(7);
  const early = random.fork('a').below(1000);
  random.below(10);
  expect(random.fork('a').below(1000)).toBe(early);
});

test('waits are as long as they are to be, on average', () => {
  const random = createRandom(1);
  const waits = Array.from({ length: 10_000 }, () => random.wait(50));
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(50, -1);
});

test('chances are taken as often as they are to be', () => {
  const random = createRandom(1);
  const taken = Array.from({ length: 10_000 }, () => random.chance(0.2)).filter(Boolean).length;
  expect(taken).toBeGreaterThan(1900);
  expect(taken).toBeLessThan(2100);
});
