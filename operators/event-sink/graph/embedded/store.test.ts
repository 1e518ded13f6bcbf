import { kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { changesOf } from '../changes.ts';
import type { Fields } from '../fields.ts';
import { canonicalText } from '../testing/canonical.ts';
import { event, iris, resource } from '../testing/events.ts';
import { maximal } from '../testing/maximal.ts';
import { type Change, memorySource } from '../testing/memory-source.ts';
import { createStore, type ProjectionStore } from './store.ts';

const newStore = (keep = 10) => createStore({ base: iris.base, activities: `${iris.events}/`, keep });

const prefix = 'PREFIX h: </-/vocabulary#> PREFIX prov: <http://www.w3.org/ns/prov#> ';

/** The values of the only variable. */
const select = (
  store: ProjectionStore,
  query: string,
  allowed: 'all' | readonly string[] = 'all',
): string[] =>
  store
    .query({ sparql: prefix + query, yields: 'bindings', contentType: 'text/csv', allowed })
    .split('\r\n')
    .slice(1, -1);

const dump = (store: ProjectionStore): string =>
  store.query({
    sparql: 'CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }',
    yields: 'triples',
    contentType: 'application/n-triples',
    allowed: 'all',
  });

test('an answer that is too large is refused, and the next query is answered', () => {
  const store = newStore();
  const digits = '{ 0 1 2 3 4 5 6 7 8 9 }';
  const large = `SELECT ("${'x'.repeat(9000)}" AS ?x) { VALUES ?a ${digits} VALUES ?b ${digits} VALUES ?c ${digits} }`;
  expect(() => select(store, large)).toThrow('more than 8 million characters; ask for less');
  expect(select(store, 'SELECT (1 AS ?n) {}')).toEqual(['1']);
});

const odd = 'a"b\\c\nd\re\tf\bg\fh\u0000\u007f\u0085 \\u0041 \\\\ ü 🏠 <x> ${y} }';

describe('changes', () => {
  test('the last state of a resource is there, and the changes that led to it', () => {
    const store = newStore();
    const log = memorySource();
    store.apply(changesOf(log.record({ app: 'rss' }, { app: 'rss', version: '2' }), iris));
    store.apply(changesOf(log.record({ app: 'rss', version: '3' }, { app: 'wiki' }), iris));
    expect(select(store, 'SELECT ?v { ?a h:name "rss" ; h:spec/h:version ?v }')).toEqual(['3']);
    expect(select(store, 'SELECT ?n { ?c prov:generated/h:name "rss" ; h:seq ?n } ORDER BY ?n')).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  test('of what is gone only its end is told, and in the end nothing', () => {
    const store = newStore(2);
    const log = memorySource();
    store.apply(changesOf(log.record({ app: 'rss' }, { app: 'rss', type: 'deleted' }), iris));
    expect(select(store, 'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }')).toHaveLength(1);
    expect(select(store, 'SELECT ?s { ?s a h:App }')).toEqual([]);
    store.apply(changesOf(log.record({ app: 'wiki' }, { app: 'wiki' }), iris));
    expect(dump(store)).not.toContain('rss');
    expect(select(store, 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }', ['home/apps.apps.hearth.dev/rss'])).toEqual([
      '0',
    ]);
  });

  test('a batch that is longer than what is kept leaves its end', () => {
    const store = newStore(3);
    const log = memorySource();
    store.apply(changesOf(log.record(...Array.from({ length: 10 }, () => ({ app: 'rss' }))), iris));
    expect(select(store, 'SELECT ?n { ?c h:seq ?n } ORDER BY ?n')).toEqual(['8', '9', '10']);
  });

  test('only the lines that differ go', () => {
    const store = newStore();
    const log = memorySource();
    store.apply(changesOf(log.record({ app: 'rss' }), iris));
    // The generation and the message of a condition.
    store.apply(changesOf(log.record({ app: 'rss' }), iris));
    expect(store.room().gone).toBe(2);
  });
});

describe('whatever stands in a resource comes back as it was, and goes', () => {
  const oddObject: Fields = {
    metadata: { labels: { [odd]: odd, plain: 'x' }, creationTimestamp: '2026-01-02T03:04:05.000Z' },
    spec: { settings: { a: 1.5e-7, b: 0.1, c: 1e21, d: -5, e: odd, f: '\\', g: '\\"' } },
  };
  const samples = [
    ['App', 'odd', oddObject] as const,
    ...kinds.flatMap(({ kind }) =>
      maximal(kind).map((object, index) => [kind, String(index), object] as const),
    ),
  ];
  test.each(samples)('%s %s', async (kind, _, object) => {
    const store = newStore(1);
    const of = resource(kind, 'x');
    const changes = changesOf([event(1, of, object)], iris);
    store.apply(changes);
    const said = changes.states[0]?.triples ?? '';
    expect(await canonicalText(dump(store))).toBe(
      await canonicalText(said + (changes.activities[0]?.triples ?? '')),
    );
    const count = new Set(said.split('\n').filter((line) => line !== '')).size;
    expect(store.room().live).toBeGreaterThanOrEqual(count);
    store.apply(changesOf([event(2, of, object, { type: 'deleted' })], iris));
    expect(store.room().gone).toBeGreaterThanOrEqual(count);
    expect(select(store, 'SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s a h:Change } }')).toEqual([]);
  });
});

describe('who may not see all', () => {
  const store = newStore();
  const log = memorySource();
  const changes = [
    { app: 'rss' },
    { app: 'rss2', namespace: 'home2' },
    { app: 'secret', namespace: 'other' },
  ];
  store.apply(changesOf(log.record(...changes), iris));
  const home = ['home/apps.apps.hearth.dev/'];
  const secret = '<other/apps.apps.hearth.dev/secret>';

  test('sees that', () => {
    expect(select(store, 'SELECT ?n { ?a a h:App ; h:name ?n }', home)).toEqual(['rss']);
    expect(select(store, 'SELECT ?n { ?a a h:App ; h:name ?n }', ['home/apps.apps.hearth.dev/rss'])).toEqual([
      'rss',
    ]);
  });

  test.each([
    'SELECT ?x { ?x h:name "secret" }',
    `SELECT ?x FROM ${secret} { ?s h:name ?x FILTER(?x != "rss") }`,
    `SELECT ?x FROM NAMED ${secret} { GRAPH ?g { ?s h:name ?x FILTER(?x = "secret") } }`,
    `SELECT ?x { GRAPH ${secret} { ?s ?p ?x } }`,
    'SELECT ?g { GRAPH ?g { ?s ?p ?x } FILTER(CONTAINS(STR(?g), "other")) }',
    `SELECT ?x { ${secret} (!<x:y>)* ?x FILTER(?x != ${secret}) }`,
    'SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s h:namespace "other" } } FILTER(?n > 0) }',
    'SELECT ?x { ?x h:name ?n FILTER EXISTS { GRAPH ?g { ?y h:name "secret" } } }',
    'SELECT ?c { ?c prov:generated ?r FILTER(CONTAINS(STR(?r), "other")) }',
  ])('and nothing else: %s', (query) => {
    expect(select(store, query, home)).toEqual([]);
    expect(select(store, query, [])).toEqual([]);
  });

  test('and what comes, changes and goes there, but nothing of what does elsewhere', () => {
    const mine = newStore();
    const { record } = memorySource();
    const names = (allowed: readonly string[]) =>
      select(mine, 'SELECT ?n { ?a h:name ?n } ORDER BY ?n', allowed);
    const then = (...some: readonly Change[]) => mine.apply(changesOf(record(...some), iris));
    then({ app: 'a' }, { app: 'b', namespace: 'other' });
    expect(names(home)).toEqual(['a']);
    then({ app: 'c' }, { app: 'd', namespace: 'other' }, { app: 'a', version: '7' });
    expect(names(home)).toEqual(['a', 'c']);
    expect(select(mine, 'SELECT ?v { ?a h:name "a" ; h:spec/h:version ?v }', home)).toEqual(['7']);
    expect(select(mine, 'SELECT (COUNT(*) AS ?n) { ?c a h:Change }', home)).toEqual(['3']);
    then({ app: 'a', type: 'deleted' }, { app: 'b', namespace: 'other', type: 'deleted' });
    expect(names(home)).toEqual(['c']);
    expect(names(['other/'])).toEqual(['d']);
  });

  test('as many audiences as there may be', () => {
    const many = newStore(100);
    const log = memorySource();
    const namespaces = Array.from({ length: 20 }, (_, index) => `home-${index}`);
    many.apply(
      changesOf(log.record(...namespaces.map((namespace) => ({ app: namespace, namespace }))), iris),
    );
    const { live } = many.room();
    for (const _ of ['first', 'again'])
      for (const namespace of namespaces)
        expect(select(many, 'SELECT ?n { ?a h:name ?n }', [`${namespace}/`])).toEqual([namespace]);
    expect(many.room()).toEqual({ live, gone: 0, copied: (live / 20) * 8 });
  });

  test('nor what only begins alike', () => {
    expect(select(store, 'SELECT ?n { ?a h:name ?n }', ['home'])).toEqual([]);
    expect(select(store, 'SELECT ?n { ?a h:name ?n }', ['home/apps.apps.hearth.dev/r'])).toEqual([]);
  });
});
