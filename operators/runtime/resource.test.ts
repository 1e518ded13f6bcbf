import { expect, test } from 'vitest';
import { compareVersions } from './resource.ts';

test.each([
  ['9', '10', -1],
  ['10', '9', 1],
  ['10', '10', 0],
  ['18446744073709551615', '18446744073709551616', -1],
  ['99999999999999999999', '100000000000000000000', -1],
])('version %s compares with %s as %d', (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other) ?? Number.NaN)).toBe(sign);
});

test.each([
  ['0', '1'],
  ['01', '1'],
  ['', '1'],
  ['a1', '1'],
  ['1', '2.5'],
  ['1', undefined],
])('%s can not be compared with %s', (one, other) => {
  expect(compareVersions(one, other)).toBeUndefined();
});
