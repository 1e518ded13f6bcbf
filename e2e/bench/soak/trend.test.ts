import { expect, test } from 'vitest';
import { gain, median, medians, type Sample, slope } from './trend.ts';

const samples = (...values: number[]): Sample[] => values.map((value, at) => ({ at, value }));

test('the middle of what was measured', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('a trend is seen through peaks', () => {
  expect(slope(samples(5, 5, 90, 5, 5))).toBe(0);
  expect(slope(samples(1, 3, 90, 7, 9))).toBe(2);
  expect(gain(samples(1, 3, 90, 7, 9))).toBe(8);
});

test('nothing and one thing have no trend', () => {
  expect(gain([])).toBe(0);
  expect(gain(samples(7))).toBe(0);
});

test('stretches of time are as high as the middle of their samples', () => {
  const found = medians(
    [
      { at: 0.1, value: 1 },
      { at: 0.5, value: 9 },
      { at: 0.9, value: 2 },
      { at: 2.5, value: 7 },
    ],
    1,
  );
  expect(found).toEqual([
    { at: 0.5, value: 2 },
    { at: 2.5, value: 7 },
  ]);
});
