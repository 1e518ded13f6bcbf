import { expect, test } from 'vitest';
import { field, literal } from './cel.ts';

test.each([
  ['path', 'self.path'],
  ['namespace', 'self.__namespace__'],
  ['in', 'self.__in__'],
  ['a-b.c/d', 'self.a__dash__b__dot__c__slash__d'],
  ['a__b', 'self.a__underscores__b'],
])('the field %s is written %s', (name, written) => {
  expect(field(name)).toBe(written);
});

test('a literal of CEL keeps quotes and backslashes', () => {
  expect(literal(['a"\\d', 1, true])).toBe('["a\\"\\\\d",1,true]');
});
