import { expect, test } from 'vitest';
import { createEchoFilter } from './echo.ts';

test('an own write wakes nobody, whether its event comes after the answer or before', () => {
  const filter = createEchoFilter();
  filter.begin('a');
  expect(filter.end('a', '7')).toBe(false);
  expect(filter.passes('a', '7')).toBe(false);
  filter.begin('a');
  expect(filter.passes('a', '8')).toBe(false);
  expect(filter.end('a', '8')).toBe(false);
  expect(filter.passes('a', '9')).toBe(true);
});

test("another's write wakes, also when it comes while an own one is under way", () => {
  const filter = createEchoFilter();
  filter.begin('a');
  expect(filter.passes('a', '6')).toBe(false);
  expect(filter.passes('a', '7')).toBe(false);
  expect(filter.end('a', '7')).toBe(true);
  filter.begin('b');
  expect(filter.passes('b', '1')).toBe(false);
  expect(filter.end('b', undefined)).toBe(true);
  expect(filter.passes('b', '2')).toBe(true);
});
