import { expect, test } from 'vitest';
import { parseSelector } from './selector.ts';

const labels = { app: 'x', 'hearth.dev/part': 'db', empty: '' };

test.each([
  ['', true],
  ['app=x', true],
  ['app==x', true],
  ['app=y', false],
  ['app!=y', true],
  ['other!=y', true],
  ['app = x , hearth.dev/part=db', true],
  ['app=x,hearth.dev/part=web', false],
  ['app in (x, y)', true],
  ['app in (y,z),app=x', false],
  ['app notin (y)', true],
  ['other notin (y)', true],
  ['other in (y)', false],
  ['hearth.dev/part', true],
  ['!other', true],
  ['!app', false],
  ['empty=', true],
])('%s', (selector, matches) => {
  expect(parseSelector(selector)(labels)).toBe(matches);
});

test('nothing has no labels', () => {
  expect(parseSelector('app')(undefined)).toBe(false);
  expect(parseSelector('!app')(undefined)).toBe(true);
});

test('what is no selector is refused', () => {
  expect(() => parseSelector('app>x')).toThrow('not a label selector');
});
