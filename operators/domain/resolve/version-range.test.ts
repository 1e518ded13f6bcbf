import { expect, test } from 'vitest';
import { inRange } from './version-range.ts';

test.each([
  ['15.4', '15', true],
  ['15.4', '=15', true],
  ['15.4', '=15.3', false],
  ['15.4', '<=15', true],
  ['15.4', '>15', false],
  ['16.0', '>15', true],
  ['15.4', '<15', false],
  ['15', '>=15.2', false],
  ['15', '<15.2', true],
  ['15.10', '>=15.9', true],
  ['9.6', '>=13', false],
  ['15.4', '>=13 <17', true],
  ['17.0', '>=13 <17', false],
  ['12', '>=13 <17', false],
  ['v17.2-alpine', '>=17.2', true],
  ['2024.10.1', '>=2024.9.9', true],
  ['latest', '>=1', false],
  ['1.2.3', '>=x', false],
])('%s in %s: %s', (version, range, expected) => {
  expect(inRange(version, range)).toBe(expected);
});
