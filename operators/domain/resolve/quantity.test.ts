import { expect, test } from 'vitest';
import { formatCpu, formatMemory, parseQuantity } from './quantity.ts';

test.each([
  ['500m', 0.5],
  ['2', 2],
  ['1.5', 1.5],
  ['1k', 1000],
  ['1Ki', 1024],
  ['512Mi', 512 * 2 ** 20],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['20G', 20e9],
  ['x', Number.NaN],
  ['1Zi', Number.NaN],
])('%s is %d', (text, expected) => {
  expect(parseQuantity(text)).toBe(expected);
});

test('amounts as people read them', () => {
  expect([formatCpu(0.25), formatCpu(2), formatMemory(512 * 2 ** 20), formatMemory(1.5 * 2 ** 30)]).toEqual([
    '250m',
    '2',
    '512Mi',
    '1.5Gi',
  ]);
});
