import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { BrokenText, StepFailure } from '../failure.ts';
import { valueAt } from '../pointer.ts';
import { setYamlKeys } from './yaml.ts';

describe('setYamlKeys', () => {
  test.each([
    ['makes a missing file', '', { '/a': 'x', '/b/c': '1' }, 'a: "x"\nb:\n  c: 1\n'],
    [
      'sets in place',
      '# head\n\na: 1 # one\n# two\nb: 2\n',
      { '/a': '3' },
      '# head\n\na: 3 # one\n# two\nb: 2\n',
    ],
    [
      'leaves every byte of what is so',
      'a:   1   # x\nb: [1,2]\n',
      { '/a': '1' },
      'a:   1   # x\nb: [1,2]\n',
    ],
    ['fills an empty key', 'a:\nb: 1\n', { '/a/c': 'x' }, 'a:\n  c: "x"\nb: 1\n'],
    [
      'adds',
      'a:\n    b: 1\nc: 2\n',
      { '/a/d': 'true', '/e': 'x' },
      'a:\n    b: 1\n    d: true\nc: 2\ne: "x"\n',
    ],
    [
      'keeps text text',
      'a: "1"\nb: x\nc: \'y\'\n',
      { '/a': '2', '/b': '3', '/c': '4' },
      'a: "2"\nb: "3"\nc: \'4\'\n',
    ],
    ['takes what is in quotes as text', 'a: 0\n', { '/a': '"1"', '/b': '"true"' }, 'a: "1"\nb: "true"\n'],
    [
      'reads YAML 1.1’s booleans as such',
      'a: yes\nb: off\n',
      { '/a': 'false', '/b': 'true' },
      'a: false\nb: true\n',
    ],
    ['keeps plain text plain', 'a: some text\n', { '/a': 'some text' }, 'a: some text\n'],
    ['keeps lists where they stand', 'a:\n- x\n- y\nb: 1\n', { '/b': '2' }, 'a:\n- x\n- y\nb: 2\n'],
    ['sets in lists', 'a:\n  - b: 1\n', { '/a/0/b': '2', '/a/1': 'x' }, 'a:\n  - b: 2\n  - "x"\n'],
    ['keeps tags of others', 'a: !secret x\nb: 1\n', { '/b': '2' }, 'a: !secret x\nb: 2\n'],
    [
      'keeps what versions of YAML read differently',
      'a: yes\nb: 0017\nc: 1_000\nd: 12:30\ne: 0x1F\nf: ~\ng:\nh: 1e3\ni: 9007199254740993\nj: +49\nk: 1\n',
      { '/k': '2' },
      'a: yes\nb: 0017\nc: 1_000\nd: 12:30\ne: 0x1F\nf: ~\ng:\nh: 1e3\ni: 9007199254740993\nj: +49\nk: 2\n',
    ],
    ['keeps blocks', 'a: |\n  x\n  y\nb: 1\n', { '/b': '2' }, 'a: |\n  x\n  y\nb: 2\n'],
    [
      'keeps anchors and merges',
      'a: &x\n  b: 1\nc:\n  <<: *x\n',
      { '/c/d': '2' },
      'a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n',
    ],
    ['keeps CRLF', 'a: 1\r\nb: 2\r\n', { '/a': '3' }, 'a: 3\r\nb: 2\r\n'],
    [
      'quotes keys that aren’t texts',
      'a: 1\n',
      { '/on': 'x', '/8080': 'y' },
      'a: 1\n"on": "x"\n"8080": "y"\n',
    ],
    ['takes keys that need quotes', '', { '/a: b': '1', '/# c': '2' }, '"a: b": 1\n"# c": 2\n'],
    ['keeps a head alone', '# head\n', { '/a': '1' }, '# head\n\na: 1\n'],
    ['writes long lines', 'a: 1\n', { '/b': 'word '.repeat(40) }, `a: 1\nb: "${'word '.repeat(40)}"\n`],
  ])('%s', (_, text, keys, expected) => {
    expect(setYamlKeys(text, keys)).toBe(expected);
    expect(setYamlKeys(expected, keys)).toBe(expected);
  });

  test.each([
    ['a: [1\nb: 2\n', 2],
    ['a: 1\nb: "x\n', 3],
    ['a: 1\na: 2\n', 2],
    ['a: 1\n b: 2\n', 1],
    ['a: 1\nb: *x\n', 2],
  ])('names the line where %j is broken', (text, line) => {
    expect(() => setYamlKeys(text, { '/a': '3' })).toThrow(
      expect.objectContaining({ name: BrokenText.name, line }),
    );
  });

  test.each([
    ['several documents', 'a: 1\n---\nb: 2\n', '/a'],
    ['a map', 'a: {}\n', '/a'],
    ['a key of a text', 'a: x\n', '/a/b'],
    ['an alias', 'a: &x 1\nb: *x\n', '/b'],
    ['a way through an alias', 'a: &x {c: 1}\nb: *x\n', '/b/c'],
    ['a key of a list', '- a\n', '/a'],
    ['no pointer', '', 'a.b'],
    ['an anchor on nothing', 'a: &x\nb: *x\n', '/a/c'],
  ])('refuses %s', (_, text, pointer) => {
    expect(() => setYamlKeys(text, { [pointer]: '2' })).toThrow(StepFailure);
  });

  test('never tells what the file holds', () => {
    expect(() => setYamlKeys('password: hunter2\n  x: [\n', { '/a': '1' })).toThrow(/^(?!.*hunter2)/s);
  });

  const document = fc
    .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 2 }))
    .map((value) => stringify(value));
  const part = fc
    .oneof(fc.stringMatching(/^[a-z]{1,6}$/), fc.string({ minLength: 1 }))
    .filter((name) => name !== '-');
  const pointers = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));

  test('changes nothing the second time, sets what it was asked to and nothing else', () => {
    fc.assert(
      fc.property(document, pointers, fc.string({ unit: 'grapheme' }), (text, pointer, value) => {
        const edited = attempt(() => setYamlKeys(text, { [pointer]: value }));
        fc.pre(edited !== undefined);
        expect(setYamlKeys(edited, { [pointer]: value })).toBe(edited);
        const before = parse(text);
        const after = parse(edited);
        const quoted = /^"(.*)"$/s.exec(value)?.[1];
        expect(String(valueAt(after, pointer))).toBe(quoted ?? value);
        const [top = ''] = pointer.slice(1).split('/');
        for (const name of Object.keys(before)) {
          if (name !== top.replaceAll('~1', '/').replaceAll('~0', '~'))
            expect(after[name]).toEqual(before[name]);
        }
      }),
    );
  });
});

/** Pointers may lead through what is no map; that refusal is tried above. */
function attempt(edit: () => string): string | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof StepFailure) return undefined;
    throw error;
  }
}
