import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenText, StepFailure } from '../failure.ts';
import { valueAt } from '../pointer.ts';
import { setJsonKeys } from './json.ts';

describe('setJsonKeys', () => {
  test.each([
    [
      'makes a missing file',
      '',
      { '/a': 'x', '/b/c': '1' },
      '{\n  "a": "x",\n  "b": {\n    "c": 1\n  }\n}\n',
    ],
    ['sets in place', '{ "a" : 1,\n"b": [1,  2] }', { '/a': '2' }, '{ "a" : 2,\n"b": [1,  2] }'],
    ['leaves what is so', '{"a": "x", "n": 1.0}', { '/a': 'x' }, '{"a": "x", "n": 1.0}'],
    ['adds on one line', '{"a":1}', { '/b': 'true' }, '{"a":1,"b":true}'],
    [
      'adds on a line of its own',
      '{\n\t"a": 1\n}\n',
      { '/b/c': 'x' },
      '{\n\t"a": 1,\n\t"b": {\n\t\t"c": "x"\n\t}\n}\n',
    ],
    ['fills an empty object', '{\n  "a": {}\n}\n', { '/a/b': 'x' }, '{\n  "a": {\n    "b": "x"\n  }\n}\n'],
    ['keeps text text', '{"port":"80"}', { '/port': '81' }, '{"port":"81"}'],
    ['changes a number’s type where it must', '{"port":80}', { '/port': 'any' }, '{"port":"any"}'],
    [
      'takes what is in quotes as text',
      '{"a":0}',
      { '/a': '"1"', '/b': '"say "so""' },
      '{"a":"1","b":"say \\"so\\""}',
    ],
    ['makes objects of null', '{"a":null}', { '/a/b': '1' }, '{"a":{\n  "b": 1\n}}'],
    ['sets in lists', '{"a":[{"b":1}]}', { '/a/0/b': '2', '/a/1': 'x' }, '{"a":[{"b":2},"x"]}'],
    ['unescapes pointers', '{"a/b":1,"c~d":2}', { '/a~1b': '3', '/c~0d': '4' }, '{"a/b":3,"c~d":4}'],
    ['keeps comments', '{\n  // why\n  "a": 1 // so\n}', { '/a': '2' }, '{\n  // why\n  "a": 2 // so\n}'],
    ['adds beside a comment', '{\n  "a": 1 // so\n}', { '/b': '2' }, '{\n  "a": 1,\n  "b": 2 // so\n}'],
    ['adds to comments alone', '{\n  // none\n}', { '/b': '2' }, '{\n  "b": 2\n  // none\n}'],
    ['keeps CRLF', '{\r\n  "a": 1\r\n}\r\n', { '/b': '2' }, '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'],
    [
      'keeps numbers no program holds',
      '{"id":12345678901234567890,"a":1}',
      { '/a': '2' },
      '{"id":12345678901234567890,"a":2}',
    ],
    ['takes names of prototypes', '{}', { '/__proto__/x': '1' }, '{\n  "__proto__": {\n    "x": 1\n  }\n}'],
    ['takes the last of two names', '{"a":1,"a":2}', { '/a': '3' }, '{"a":1,"a":3}'],
  ])('%s', (_, text, keys, expected) => {
    expect(setJsonKeys(text, keys)).toBe(expected);
    expect(setJsonKeys(expected, keys)).toBe(expected);
  });

  test.each([
    ['{\n"a": 1,\n}', 3],
    ['{\n"a" 1}', 2],
    ['{"a": tru}', 1],
    ['[1,\n2', 2],
    ['{"a": 01}', 1],
    ['{"a": "x\n"}', 1],
    ['{}\n\n{}', 3],
    ['{"a": "\\x"}', 1],
    ['// only a comment\n', 2],
    ['['.repeat(100_000), 1],
  ])('names the line where %j is broken', (text, line) => {
    expect(() => setJsonKeys(text, { '/a': '1' })).toThrow(
      expect.objectContaining({ name: BrokenText.name, line }),
    );
  });

  test.each([
    ['no pointer', '{}', 'a'],
    ['the whole document', '{}', ''],
    ['the end of a list', '[]', '/-'],
    ['a place far behind a list', '[1]', '/2'],
    ['a name in a list', '[1]', '/x'],
    ['a key of a text', '{"a":"x"}', '/a/b'],
    ['an object', '{"a":{}}', '/a'],
    ['a list', '{"a":[]}', '/a'],
    ['a wrong escape', '{}', '/a~2'],
  ])('refuses %s', (_, text, pointer) => {
    expect(() => setJsonKeys(text, { [pointer]: 'x' })).toThrow(StepFailure);
  });

  const document = fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2, '\t'))
    .map(([value, indent]) => JSON.stringify(value, undefined, indent));
  const pointers = fc
    .array(
      fc.string().filter((part) => part !== '-'),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));

  test('changes nothing the second time, sets what it was asked to and nothing else', () => {
    fc.assert(
      fc.property(document, pointers, fc.string(), (text, pointer, value) => {
        const edited = attempt(() => setJsonKeys(text, { [pointer]: value }));
        fc.pre(edited !== undefined);
        expect(setJsonKeys(edited, { [pointer]: value })).toBe(edited);
        const before = JSON.parse(text);
        const after = JSON.parse(edited);
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

/** Pointers may lead through what is no object; that refusal is tried above. */
function attempt(edit: () => string): string | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof StepFailure) return undefined;
    throw error;
  }
}
