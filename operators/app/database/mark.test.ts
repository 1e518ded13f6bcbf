import { describe, expect, it } from 'vitest';
import { type Mark, standingOf, writeMark } from './mark.ts';

const mine: Mark = { home: 'h1', namespace: 'home', name: 'rss-db', definition: 'miniflux' };

describe('a mark', () => {
  it.each<[string, string | null, object]>([
    ['the same', writeMark(mine), { is: 'ours' }],
    [
      'the same, kept',
      writeMark({ ...mine, retained: '2026-01-01' }),
      { is: 'retained', since: '2026-01-01' },
    ],
    ['none', null, { is: 'foreign', whose: 'was not made by Hearth' }],
    ['a comment in words', 'the accounts', { is: 'foreign', whose: 'was not made by Hearth' }],
    ['other JSON', '{"home":"h1"}', { is: 'foreign', whose: 'was not made by Hearth' }],
    ['half a mark', '{"hearth":{"home":"h1"}}', { is: 'foreign', whose: 'was not made by Hearth' }],
    ['JSON null', 'null', { is: 'foreign', whose: 'was not made by Hearth' }],
    [
      'another home’s',
      writeMark({ ...mine, home: 'h2' }),
      {
        is: 'foreign',
        whose:
          'belongs to another home (h2), or to this one before its Home was made anew: then make that again with spec.id h2',
      },
    ],
    [
      'another namespace’s',
      writeMark({ ...mine, namespace: 'kids' }),
      { is: 'foreign', whose: 'belongs to Database kids/rss-db' },
    ],
    [
      'another Database’s',
      writeMark({ ...mine, name: 'wiki-db' }),
      { is: 'foreign', whose: 'belongs to Database home/wiki-db' },
    ],
    [
      'another definition’s',
      writeMark({ ...mine, definition: 'wiki' }),
      { is: 'foreign', whose: 'belongs to wiki, which this Database is not for' },
    ],
    [
      'another definition’s, kept',
      writeMark({ ...mine, definition: undefined, retained: '2026-01-01' }),
      { is: 'foreign', whose: 'is kept for no app, which this Database is not for' },
    ],
  ])('%s', (_, comment, expected) => {
    expect(standingOf(comment, mine)).toEqual(expected);
  });
});
