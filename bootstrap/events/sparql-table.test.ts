import { expect, test } from 'vitest';
import { sparqlTable } from './sparql-table.ts';

const tableOf = (vars: readonly string[], ...bindings: readonly object[]) =>
  sparqlTable(JSON.stringify({ head: { vars }, results: { bindings } }));

test('rows are a table whose terms are as short as they can be', () => {
  const literal = (value: string) => ({ type: 'literal', value });
  const uri = (value: string) => ({ type: 'uri', value });
  const table = tableOf(
    ['app', 'what'],
    { app: literal('rss'), what: uri('https://hearth.home.arpa/-/vocabulary#App') },
    { app: literal('two\nlines'), what: uri('http://www.w3.org/ns/prov#Activity') },
    { what: { type: 'bnode', value: 'b0' } },
    { app: uri('https://hearth.home.arpa/home/apps.apps.hearth.dev/rss') },
  );
  expect(table.split('\n')).toEqual([
    'app                                                     what',
    '──────────────────────────────────────────────────────  ─────────────',
    'rss                                                     hearth:App',
    'two lines                                               prov:Activity',
    '                                                        _:b0',
    'https://hearth.home.arpa/home/apps.apps.hearth.dev/rss',
  ]);
});

test('no rows, and answers that are yes or no, are said in words', () => {
  expect(tableOf(['app'])).toBe('Nothing matches.');
  expect(sparqlTable('{"head":{},"boolean":true}')).toBe('yes');
  expect(sparqlTable('{"head":{},"boolean":false}')).toBe('no');
});

test.each(['', '{}', '{"head":{"vars":[]}}', '[]', 'null'])('%s is no result', (text) => {
  expect(() => sparqlTable(text)).toThrow('no result of a query');
});
