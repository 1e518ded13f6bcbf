import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenText, StepFailure } from '../failure.ts';
import { setXmlKeys } from './xml.ts';

const head = '<?xml version="1.0" encoding="utf-8"?>\n';

describe('setXmlKeys', () => {
  test.each([
    [
      'makes a missing file',
      '',
      { 'Config/ApiKey': 'x' },
      `${head}<Config>\n  <ApiKey>x</ApiKey>\n</Config>\n`,
    ],
    [
      'sets in place',
      '<Config a="1">\n  <!-- why -->\n  <Port>80</Port>\n  <B/>\n</Config>\n',
      { 'Config/Port': '81' },
      '<Config a="1">\n  <!-- why -->\n  <Port>81</Port>\n  <B/>\n</Config>\n',
    ],
    [
      'leaves every byte of what is so',
      "<C a='1'><P >80</P></C>",
      { 'C/P': '80' },
      "<C a='1'><P >80</P></C>",
    ],
    ['fills an empty element', '<C>\n  <P/>\n</C>', { 'C/P': 'x' }, '<C>\n  <P>x</P>\n</C>'],
    [
      'adds',
      '<C>\n    <P>1</P>\n</C>\n',
      { 'C/Q/R': 'x' },
      '<C>\n    <P>1</P>\n    <Q>\n        <R>x</R>\n    </Q>\n</C>\n',
    ],
    ['escapes', '<C><P>1</P></C>', { 'C/P': '<a> & "b" ]]>' }, '<C><P>&lt;a&gt; &amp; "b" ]]&gt;</P></C>'],
    ['keeps namespaces', '<C xmlns="urn:c"><P>1</P></C>', { 'C/P': '2' }, '<C xmlns="urn:c"><P>2</P></C>'],
    [
      'keeps CDATA',
      '<C><P>1</P><Q><![CDATA[<x>]]></Q></C>',
      { 'C/P': '2' },
      '<C><P>2</P><Q><![CDATA[<x>]]></Q></C>',
    ],
    ['keeps CRLF', '<C>\r\n  <P>1</P>\r\n</C>\r\n', { 'C/P': '2' }, '<C>\r\n  <P>2</P>\r\n</C>\r\n'],
    [
      'keeps references to carriage returns',
      '<C><P>1</P><Q>a&#13;b</Q></C>',
      { 'C/P': '2' },
      '<C><P>2</P><Q>a&#13;b</Q></C>',
    ],
    ['empties', '<C><P>1</P></C>', { 'C/P': '' }, '<C><P/></C>'],
    [
      'keeps what stands around the root',
      `${head}<!-- a -->\n<C><P>1</P></C>\n<!-- b -->\n`,
      { 'C/P': '2' },
      `${head}<!-- a -->\n<C><P>2</P></C>\n<!-- b -->\n`,
    ],
  ])('%s', (_, text, keys, expected) => {
    expect(setXmlKeys(text, keys)).toBe(expected);
    expect(setXmlKeys(expected, keys)).toBe(expected);
  });

  test.each([
    ['<C>\n<A>\n</C>', 2],
    ['<C>\n<A>&nope;</A></C>', 2],
    ['hello', 1],
    ['<C a=1></C>', 1],
    ['<C></C><D/>', 1],
    ['<C>', 1],
  ])('names the line near which %j is broken', (text, line) => {
    expect(() => setXmlKeys(text, { 'C/A': '1' })).toThrow(
      expect.objectContaining({ name: BrokenText.name, line }),
    );
  });

  test.each([
    ['another root', '<D/>', 'C/A', 'x'],
    ['the root alone', '<C/>', 'C', 'x'],
    ['what is no name', '<C/>', 'C/a b', 'x'],
    ['an element that holds elements', '<C><A><B/></A></C>', 'C/A', 'x'],
    ['a character that XML has not', '<C/>', 'C/A', 'a\u0000b'],
  ])('refuses %s', (_, text, path, value) => {
    expect(() => setXmlKeys(text, { [path]: value })).toThrow(StepFailure);
  });

  const name = fc.stringMatching(/^[A-Z][a-z]{0,4}$/);
  const value = fc.string({ unit: fc.constantFrom(...'ab <>&"\'\r\n\t]é😀') });
  const file = fc
    .dictionary(
      name,
      value.filter((text) => !text.includes('\r')),
    )
    .map((elements) => {
      const lines = Object.entries(elements).map(([key, text]) => `  <${key}>${escapeXml(text)}</${key}>\n`);
      return `<Root>\n${lines.join('')}</Root>\n`;
    });

  test('changes nothing the second time, and sets what it was asked to', () => {
    fc.assert(
      fc.property(file, name, value, (text, key, wanted) => {
        const once = setXmlKeys(text, { [`Root/${key}`]: wanted });
        expect(setXmlKeys(once, { [`Root/${key}`]: wanted })).toBe(once);
        const before = texts(text);
        expect(texts(once)).toEqual(new Map([...before, [key, wanted]]));
      }),
    );
  });
});

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function texts(text: string): Map<string, string> {
  const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  const elements = [...(root?.childNodes ?? [])].filter((node) => node.nodeType === node.ELEMENT_NODE);
  return new Map(elements.map((node) => [node.nodeName, node.textContent ?? '']));
}
