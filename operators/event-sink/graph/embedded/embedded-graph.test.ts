import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@hearth/runtime/log';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Graph, GraphBusy, type GraphQuery, QueryRefused, QueryTooLong } from '../graph.ts';
import { canonicalText } from '../testing/canonical.ts';
import { iris } from '../testing/events.ts';
import { life, type MemorySource, memorySource } from '../testing/memory-source.ts';
import { type EmbeddedOptions, embeddedGraph } from './embedded-graph.ts';

// Threads take their time to start on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

const log = createLogger({ level: 'silent' });

/** A graph over a log, for as long as the test runs. */
function graphOf(source: MemorySource, options: Partial<EmbeddedOptions> = {}): Graph {
  const graph = embeddedGraph({ source, iris, log, ...options });
  onTestFinished(() => graph.close());
  return graph;
}

const query = (sparql: string, rest: Partial<GraphQuery> = {}): GraphQuery => ({
  sparql: `PREFIX h: </-/vocabulary#> ${sparql}`,
  bindings: 'text/csv',
  triples: 'application/n-triples',
  limit: 1000,
  timeout: 20_000,
  allowed: 'all',
  ...rest,
});

const versions = async (graph: Graph): Promise<string[]> => {
  const sparql =
    'SELECT (CONCAT(?n, " ", ?v) AS ?x) { ?a a h:App ; h:name ?n ; h:spec/h:version ?v } ORDER BY ?x';
  const { body } = await graph.query(query(sparql));
  return body.split('\r\n').slice(1, -1);
};

/** Joins all with all, many times over: more than any machine does in a lifetime. */
const endless = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }';

describe('a graph made out of the log is the one that followed it', () => {
  test.each([
    ['step by step', 1, 1000],
    ['in batches', 37, 1000],
    ['with few changes kept', 5, 20],
    ['at once', 10_000, 100],
  ])('%s', async (_, size, keep) => {
    const source = memorySource();
    const live = graphOf(source, { keep });
    const changes = life(400);
    for (let at = 0; at < changes.length; at += size) {
      await live.apply(source.record(...changes.slice(at, at + size)));
    }
    const rebuilt = graphOf(source, { keep });
    expect(await rebuilt.canonicalHash()).toBe(await live.canonicalHash());
    expect(rebuilt.seq()).toBe(400);
    expect(live.seq()).toBe(400);
  });

  test('and another one after one more change', async () => {
    const source = memorySource();
    const graph = graphOf(source);
    await graph.apply(source.record({ app: 'rss' }));
    const before = await graph.canonicalHash();
    await graph.apply(source.record({ app: 'rss', version: '2' }));
    expect(await graph.canonicalHash()).not.toBe(before);
  });

  test('its hash is that of RDFC-1.0', async () => {
    const source = memorySource();
    source.record({ app: 'rss' });
    const graph = graphOf(source);
    const { body } = await graph.query(
      query('CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }', { triples: 'application/n-triples' }),
    );
    const graphIri = `${iris.base}home/apps.apps.hearth.dev/rss`;
    const canonical = await canonicalText(body.replaceAll(/ \.$/gm, ` <${graphIri}> .`));
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(canonical));
    expect(await graph.canonicalHash()).toBe(Buffer.from(digest).toString('hex'));
  });
});

describe('events', () => {
  test('those that it has already, and those that were left out, make no difference', async () => {
    const source = memorySource();
    const graph = graphOf(source);
    await graph.apply(source.record({ app: 'a' }));
    const [, , last] = source.record({ app: 'b' }, { app: 'a', version: '2' }, { app: 'c' });
    await graph.apply(last === undefined ? [] : [last]);
    await graph.apply(source.events.slice(0, 2));
    expect(await versions(graph)).toEqual(['a 2', 'b 1', 'c 1']);
    expect(graph.seq()).toBe(4);
  });
});

describe('a query that does not end', () => {
  test('is ended at its limit, and costs no event', async () => {
    const source = memorySource();
    const graph = graphOf(source);
    await graph.apply(source.record(...life(200)));
    const asked = graph.query(query(endless, { timeout: 500 }));
    const started = performance.now();
    await sleep(50);
    // These come while it runs, and have to wait for it.
    const applied = graph.apply(source.record({ app: 'late', version: '9' }));
    await expect(asked).rejects.toThrow(QueryTooLong);
    expect(performance.now() - started).toBeLessThan(5000);
    await applied;
    expect(await versions(graph)).toContain('late 9');
    expect(graph.seq()).toBe(201);
    expect(await graph.canonicalHash()).toBe(await graphOf(source).canonicalHash());
  });

  test('nor may it take all the memory', async () => {
    const source = memorySource();
    source.record(...life(200));
    const graph = graphOf(source, { queryMemory: 64 * 2 ** 20 });
    await graph.query(query('ASK {}'));
    const all = 'SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f';
    await expect(graph.query(query(all, { timeout: 30_000 }))).rejects.toThrow('more memory');
    expect((await graph.query(query('ASK { ?s ?p ?o }'))).body).toBe('true');
  });

  test('does not hold up who asks after it for longer than that', async () => {
    const source = memorySource();
    const graph = graphOf(source);
    await graph.apply(source.record(...life(200)));
    const bad = expect(graph.query(query(endless, { timeout: 4000 }))).rejects.toThrow(QueryTooLong);
    await sleep(50);
    await expect(graph.query(query('ASK {}', { timeout: 100 }))).rejects.toThrow(GraphBusy);
    const patient = graph.query(query('ASK { ?s ?p ?o }'));
    await bad;
    expect((await patient).body).toBe('true');
  });
});

test('who may not see all need not have let in all that they see within the limit of a query', async () => {
  const source = memorySource();
  source.record(...Array.from({ length: 3000 }, (_, index) => ({ app: `app-${index}` })));
  const graph = graphOf(source);
  const count = query('SELECT (COUNT(?a) AS ?n) { ?a a h:App }', { allowed: ['home/'] });
  await graph.query(query('ASK {}'));
  const before = performance.now();
  await graph.query(count);
  const filling = performance.now() - before;
  await graph.apply(source.record({ app: 'one-more', namespace: 'other' }));
  const others = { ...count, allowed: ['home/', 'other/'], timeout: Math.ceil(filling / 2) };
  expect((await graph.query(others)).body).toBe('n\r\n3001\r\n');
});

describe('queries', () => {
  test.each([
    ['SELECT ?n { ?a a h:App ; h:name ?n }', 'text/csv', 'n\r\nrss\r\n'],
    ['ASK { ?a a h:App }', 'application/sparql-results+json', '{"head":{},"boolean":true}'],
    [
      'CONSTRUCT { ?a h:x ?n } WHERE { ?a a h:App ; h:name ?n }',
      'application/n-triples',
      `<${iris.base}home/apps.apps.hearth.dev/rss> <${iris.term('x')}> "rss" .\n`,
    ],
  ] as const)('%s', async (sparql, contentType, body) => {
    const source = memorySource();
    source.record({ app: 'rss' });
    const bindings = contentType === 'application/n-triples' ? 'text/csv' : contentType;
    expect(await graphOf(source).query(query(sparql, { bindings }))).toEqual({ contentType, body, seq: 1 });
  });

  test.each([
    ['SELECT', 'this is no query'],
    ['SELECT ?x { ?a h:name ?x } GROUP BY ?a', 'this is no query'],
    ['CLEAR ALL', 'update'],
  ])('%s is refused, and the graph goes on', async (sparql, why) => {
    const source = memorySource();
    source.record({ app: 'rss' });
    const graph = graphOf(source);
    await expect(graph.query(query(sparql))).rejects.toThrow(QueryRefused);
    await expect(graph.query(query(sparql))).rejects.toThrow(why);
    expect(await versions(graph)).toEqual(['rss 1']);
  });

  test('too many at once are told to come back', async () => {
    const source = memorySource();
    const graph = graphOf(source);
    const asked = await Promise.allSettled(Array.from({ length: 70 }, () => graph.query(query('ASK {}'))));
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(6);
    expect(refused.every((reason) => reason instanceof GraphBusy)).toBe(true);
  });
});

test('it is built anew beside the one in use, which goes on meanwhile', async () => {
  const source = memorySource();
  const built: number[] = [];
  const told = { ...log, info: (fields: object) => 'seq' in fields && built.push(Number(fields.seq)) };
  const graph = graphOf(source, { rebuildAfter: 50, keep: 30, log: { ...told, child: () => log } });
  for (const change of life(300)) await graph.apply(source.record(change));
  await expect.poll(() => built.length, { timeout: 20_000 }).toBeGreaterThan(2);
  await graph.apply(source.record({ app: 'last', version: '1' }));
  expect(await versions(graph)).toContain('last 1');
  expect(graph.seq()).toBe(301);
  expect(await graph.canonicalHash()).toBe(await graphOf(source, { keep: 30 }).canonicalHash());
});

test('where there is no room for two it is built anew in its place, and who asks waits', async () => {
  const source = memorySource();
  const told: string[] = [];
  const telling = {
    ...log,
    info: (_: object, what?: string) => void told.push(what ?? ''),
    child: () => log,
  };
  const graph = graphOf(source, { rebuildAfter: 50, memory: 1, keep: 30, log: telling });
  for (const change of life(300)) await graph.apply(source.record(change));
  await graph.apply(source.record({ app: 'last', version: '1' }));
  expect(await versions(graph)).toContain('last 1');
  expect(told.filter((what) => what.includes('no room for two')).length).toBeGreaterThan(2);
  expect(graph.seq()).toBe(301);
  expect(await graph.canonicalHash()).toBe(await graphOf(source, { keep: 30 }).canonicalHash());
});

test('a log that can’t be read is tried again', async () => {
  const source = memorySource();
  source.record({ app: 'rss' });
  let failures = 2;
  const read: MemorySource['read'] = async (asked) => {
    if (failures > 0) {
      failures -= 1;
      throw new Error('the disk is busy');
    }
    return source.read(asked);
  };
  expect(await versions(graphOf({ ...source, read }))).toEqual(['rss 1']);
  expect(failures).toBe(0);
});

test('once it is closed nobody waits', async () => {
  const source = memorySource();
  const graph = embeddedGraph({ source, iris, log });
  const asked = expect(graph.query(query('ASK {}'))).rejects.toThrow(GraphBusy);
  const applied = expect(graph.apply(source.record({ app: 'a' }))).rejects.toThrow(GraphBusy);
  await graph.close();
  await Promise.all([asked, applied]);
  await expect(graph.query(query('ASK {}'))).rejects.toThrow('closed');
});
