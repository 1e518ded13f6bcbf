import { expect, test } from 'vitest';
import { differences } from './sweep-dump.ts';

test('homes that are the same differ in nothing', () => {
  const dump = { 'App home/rss': { status: { url: 'https://rss', conditions: [{ type: 'Ready' }] } } };
  expect(differences(dump, structuredClone(dump))).toEqual([]);
});

test('what is lost, left over or different is named', () => {
  const wanted = { 'App home/rss': { status: { url: 'https://rss' } }, 'Secret home/a': {} };
  const found = { 'App home/rss': { status: { url: 'https://other', plan: 'x' } }, 'Secret home/b': {} };
  expect(differences(wanted, found)).toEqual([
    'App home/rss status url is "https://other", not "https://rss"',
    'App home/rss status plan is "x", not undefined',
    'Secret home/a is missing',
    'Secret home/b should not be there',
  ]);
});
