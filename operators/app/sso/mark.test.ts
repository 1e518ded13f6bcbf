import { describe, expect, it } from 'vitest';
import { readMark, standingOf, writeMark } from './mark.ts';

const mark = { home: 'h1', namespace: 'home', name: 'rss-sso' };

it('is read as it was written', () => {
  expect(readMark(writeMark(mark))).toEqual(mark);
});

it.each([
  undefined,
  '',
  'An account for the printer',
  '{}',
  '{"hearth":true}',
  '{"hearth":{"home":"h1","namespace":"home"}}',
  '{"hearth":{"home":1,"namespace":"home","name":"x"}}',
])('is not read in %s', (text) => {
  expect(readMark(text)).toBeUndefined();
});

describe('standingOf', () => {
  it.each([
    ['ours', mark, { is: 'ours' }],
    ['unmarked', undefined, { is: 'foreign', whose: 'was not made by Hearth' }],
    ['another’s', { ...mark, name: 'x' }, { is: 'foreign', whose: 'belongs to SSOClient home/x' }],
    [
      'another home’s',
      { ...mark, home: 'h2' },
      { is: 'foreign', whose: expect.stringMatching(/^belongs to another home \(h2\).*spec\.id h2$/) },
    ],
  ])('knows what is %s', (_, found, standing) => {
    expect(standingOf(found, mark)).toEqual(standing);
  });
});
