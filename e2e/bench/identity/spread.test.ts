import { expect, test } from 'vitest';
import { percentile, spread } from './spread.ts';

test('a percentile is the value at its rank, in whatever order they came', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('a spread is the median between the lowest and the highest, or the one value', () => {
  expect(spread([3, 1, 2], 1)).toBe('2.0 (1.0–3.0)');
  expect(spread([2.04, 2.01], 1)).toBe('2.0');
});
