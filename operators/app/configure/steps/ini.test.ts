import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenText, StepFailure } from '../failure.ts';
import { setIniKeys } from './ini.ts';

describe('setIniKeys', () => {
  test.each([
    ['makes a missing file', '', 'web', { port: '80' }, '[web]\nport=80\n'],
    ['makes a file without sections', '', '', { a: '1', b: '2' }, 'a=1\nb=2\n'],
    [
      'sets in place',
      '[web]\n; why\nport = 80\nhost=x\n',
      'web',
      { port: '81' },
      '[web]\n; why\nport = 81\nhost=x\n',
    ],
    ['sets in its section only', 'a=0\n[x]\na=1\n[y]\na=2\n', 'y', { a: '3' }, 'a=0\n[x]\na=1\n[y]\na=3\n'],
    [
      'sets before the first section',
      '# head\na=0\n\n[x]\na=1\n',
      '',
      { b: '2' },
      '# head\na=0\nb=2\n\n[x]\na=1\n',
    ],
    ['puts keys on top of sections', '[x]\na=1\n', '', { b: '2' }, 'b=2\n[x]\na=1\n'],
    [
      'ends a section, before blanks',
      '[x]\na = 1\n\n[y]\nb = 2\n',
      'x',
      { c: '3' },
      '[x]\na = 1\nc = 3\n\n[y]\nb = 2\n',
    ],
    ['begins a section', 'a=1\n', 'x', { b: '2' }, 'a=1\n\n[x]\nb=2\n'],
    ['fills an empty section', '[x]\n\n[y]\n', 'x', { b: '2' }, '[x]\nb=2\n\n[y]\n'],
    ['keeps CRLF', '[x]\r\na=1\r\n', 'x', { a: '2', b: '3' }, '[x]\r\na=2\r\nb=3\r\n'],
    ['ends a last line that has no end', '[x]\na=1', 'x', { b: '2' }, '[x]\na=1\nb=2\n'],
    ['leaves a missing end where nothing is added', '[x]\na=1', 'x', { a: '2' }, '[x]\na=2'],
    ['sets each repeat', 'a=1\na=2\n', '', { a: '3' }, 'a=3\na=3\n'],
    ['keeps comments that look like keys', '#a=1\n;a=2\n', '', { a: '3' }, '#a=1\n;a=2\na=3\n'],
    ['gives a switch its value', '[x]\nskip\n', 'x', { skip: '1' }, '[x]\nskip=1\n'],
    ['empties', 'a=1\n', '', { a: '' }, 'a=\n'],
    [
      'takes keys with a backslash',
      '[P]\nWebUI\\Port=8080\n',
      'P',
      { 'WebUI\\Port': '1' },
      '[P]\nWebUI\\Port=1\n',
    ],
    ['takes values with `=` and `;`', 'a=1\n', '', { a: 'b=c;d' }, 'a=b=c;d\n'],
  ])('%s', (_, text, section, keys, expected) => {
    expect(setIniKeys(text, section, keys)).toBe(expected);
    expect(setIniKeys(expected, section, keys)).toBe(expected);
  });

  test('names the line of a broken section', () => {
    expect(() => setIniKeys('a=1\n[x\n', 'x', { a: '1' })).toThrow(
      expect.objectContaining({ name: BrokenText.name, line: 2 }),
    );
  });

  test.each([
    ['a line break in a value', '', { a: '1\nb=2' }],
    ['a blank at the end of a value', '', { a: 'x ' }],
    ['`=` in a key', '', { 'a=b': 'x' }],
    ['a key that would be a comment', '', { '#a': 'x' }],
    ['a key that would be a section', '', { '[a]': 'x' }],
    ['an empty key', '', { '': 'x' }],
    ['a section with a bracket', 'a]b', { a: 'x' }],
  ])('refuses %s', (_, section, keys) => {
    expect(() => setIniKeys('', section, keys)).toThrow(StepFailure);
  });

  test('never tells a value', () => {
    expect(() => setIniKeys('', '', { a: 'hunter2\n' })).toThrow(/^(?!.*hunter2)/s);
  });

  const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 .\\:-]{0,8}[A-Za-z0-9]$/);
  const value = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,12}[!-~])?)?$/);
  const line = fc.oneof(
    word.map((name) => `[${name}]`),
    fc.tuple(word, fc.constantFrom('=', ' = ', '= '), value).map((parts) => parts.join('')),
    fc.constantFrom('', '; note', '# note', 'switch'),
  );
  const file = fc
    .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, ended]) => lines.join(end) + (ended ? end : ''));
  const section = fc.oneof(fc.constant(''), word);
  const keys = fc.dictionary(word, value, { maxKeys: 4 });

  test('changes nothing the second time, and loses no other line', () => {
    fc.assert(
      fc.property(file, section, keys, (text, name, wanted) => {
        const once = setIniKeys(text, name, wanted);
        expect(setIniKeys(once, name, wanted)).toBe(once);
        const kept = (content: string) =>
          content.split(/\r?\n/).filter((each) => each.trim() !== '' && !isWanted(each, wanted));
        expect(kept(once).filter((each) => each !== `[${name}]`)).toEqual(
          kept(text).filter((each) => each !== `[${name}]`),
        );
      }),
    );
  });

  test('sets what it was asked to', () => {
    fc.assert(
      fc.property(file, section, keys, (text, name, wanted) => {
        expect(read(setIniKeys(text, name, wanted)).get(name) ?? {}).toMatchObject(wanted);
      }),
    );
  });
});

const isWanted = (line: string, wanted: Readonly<Record<string, string>>): boolean =>
  Object.hasOwn(wanted, line.split('=')[0]?.trim() ?? '');

/** As most programs read an ini file: the last of several keys counts. */
function read(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) name = header.trim();
    const equals = line.indexOf('=');
    if (header !== undefined || equals < 0 || /^[#;]/.test(line)) continue;
    const keys = sections.get(name) ?? {};
    keys[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
    sections.set(name, keys);
  }
  return sections;
}
