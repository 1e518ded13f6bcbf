import { describe, expect, test } from 'vitest';
import { QueryRefused } from '../graph.ts';
import { boundedQuery } from './bounded.ts';

const flat = (sparql: string, limit = 100) =>
  boundedQuery(sparql, limit).sparql.replaceAll(/\s+/g, ' ').trim();

describe('a query gives no more than the limit', () => {
  test.each([
    ['SELECT * { ?s ?p ?o }', 'SELECT * WHERE { ?s ?p ?o . } LIMIT 100'],
    ['SELECT * { ?s ?p ?o } LIMIT 5000', 'SELECT * WHERE { ?s ?p ?o . } LIMIT 100'],
    ['SELECT * { ?s ?p ?o } LIMIT 10', 'SELECT * { ?s ?p ?o } LIMIT 10'],
    ['SELECT * { ?s ?p ?o } OFFSET 7', 'SELECT * WHERE { ?s ?p ?o . } LIMIT 100 OFFSET 7'],
    ['SELECT * { ?s ?p ?o } # LIMIT 10', 'SELECT * WHERE { ?s ?p ?o . } LIMIT 100'],
    ['ASK { ?s ?p ?o }', 'ASK { ?s ?p ?o }'],
    ['DESCRIBE <a:b>', 'DESCRIBE <a:b> LIMIT 100'],
  ])('%s', (sparql, bounded) => {
    expect(flat(sparql)).toBe(bounded);
  });

  test('a limit within it is another’s affair, and values after it stay', () => {
    expect(flat('SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 5000 } } VALUES ?s { <a:a> }')).toMatch(
      /LIMIT 5000 .* LIMIT 100 VALUES \?s { <a:a> }$/,
    );
  });
});

test.each([
  ['SELECT * { ?s ?p ?o }', 'bindings'],
  ['ASK { ?s ?p ?o }', 'bindings'],
  ['CONSTRUCT WHERE { ?s ?p ?o }', 'triples'],
  ['DESCRIBE <a:b>', 'triples'],
])('%s yields %s', (sparql, yields) => {
  expect(boundedQuery(sparql, 1).yields).toBe(yields);
});

test.each([
  ['SELCT * { ?s ?p ?o }', 'this is no query'],
  ['', 'update'],
  ['SELECT * { ?s ?p ?o }'.padEnd(70_000), 'longer than'],
  ['INSERT DATA { <a:a> <a:b> <a:c> }', 'update'],
  ['DROP ALL', 'update'],
  ['{', 'this is no query'],
  ['SELECT * FROM <a:b> { ?s ?p ?o }', 'FROM'],
  ['SELECT * FROM NAMED <a:b> { GRAPH ?g { ?s ?p ?o } }', 'FROM'],
  ['CONSTRUCT { ?s ?p ?o } FROM <a:b> { ?s ?p ?o }', 'FROM'],
  ['DESCRIBE <a:b> FROM <a:b>', 'FROM'],
  ['ASK FROM <a:b> { ?s ?p ?o }', 'FROM'],
  ['SELECT * { SERVICE <http://x> { ?s ?p ?o } }', 'SERVICE'],
  ['SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE SILENT ?x { ?a ?b ?c } } }', 'SERVICE'],
  ['SELECT * { { SELECT * { OPTIONAL { SERVICE <http://x> { ?s ?p ?o } } } } }', 'SERVICE'],
])('refuses %s', (sparql, why) => {
  expect(() => boundedQuery(sparql, 100)).toThrow(QueryRefused);
  expect(() => boundedQuery(sparql, 100)).toThrow(why);
});
