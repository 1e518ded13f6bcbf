import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@hearth/runtime/log';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Fuseki, startFuseki } from '../../../../e2e/harness/fuseki.ts';
import { embeddedGraph } from '../embedded/embedded-graph.ts';
import { type Graph, GraphBusy, type GraphQuery, QueryRefused, QueryTooLong } from '../graph.ts';
import { event, iris, resource } from '../testing/events.ts';
import { life, type MemorySource, memorySource } from '../testing/memory-source.ts';
import { type RemoteOptions, remoteGraph } from './remote-graph.ts';

const log = createLogger({ level: 'silent' });

let server: Fuseki;
beforeAll(async () => {
  server = await startFuseki();
});
afterAll(() => server.stop());

const send = async (sparql: string): Promise<void> => {
  const headers = { 'content-type': 'application/sparql-update' };
  const answer = await fetch(server.update, { method: 'POST', headers, body: sparql });
  expect(answer.status).toBeLessThan(300);
};
beforeEach(() => send('DROP ALL'));

function graphOf(source: MemorySource, options: Partial<RemoteOptions> = {}): Graph {
  const graph = remoteGraph({ source, iris, log, endpoints: server, ...options });
  onTestFinished(() => graph.close());
  return graph;
}

/** The hash of the same log in the embedded store. */
async function embeddedHash(source: MemorySource, keep = 1000): Promise<string> {
  const graph = embeddedGraph({ source, iris, log, keep });
  onTestFinished(() => graph.close());
  return await graph.canonicalHash();
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

const names = async (graph: Graph, allowed: GraphQuery['allowed'] = 'all'): Promise<string[]> => {
  const { body } = await graph.query(query('SELECT ?n { ?a a h:App ; h:name ?n } ORDER BY ?n', { allowed }));
  return body.split('\r\n').slice(1, -1);
};

describe('the server has what the embedded store has', () => {
  test.each([
    ['filled', 400, 400, 1000],
    ['followed in batches', 37, 0, 1000],
    ['with few changes kept', 50, 0, 20],
  ])('%s', async (_, size, before, keep) => {
    const source = memorySource();
    const changes = life(400);
    source.record(...changes.slice(0, before));
    const graph = graphOf(source, { keep });
    for (let at = before; at < changes.length; at += size) {
      await graph.apply(source.record(...changes.slice(at, at + size)));
    }
    expect(await graph.canonicalHash()).toBe(await embeddedHash(source, keep));
    expect(graph.seq()).toBe(400);
  });

  test('whatever stands in a resource', async () => {
    const source = memorySource();
    const odd = 'a"b\\c\nd\re\tf\bg\f \\u0041 \\\\ ü 🏠 <x> ${y} }';
    const settings = { a: 1.5e-7, b: 0.1, c: 1e21, d: -5, e: odd, f: '\\', g: '\\"', h: true };
    const metadata = { labels: { odd }, creationTimestamp: '2026-01-02T03:04:05.120Z' };
    source.events.push(event(1, resource('App', 'odd'), { metadata, spec: { settings } }));
    expect(await graphOf(source).canonicalHash()).toBe(await embeddedHash(source));
  });
});

describe('a server that was away', () => {
  test('goes on from where it is', async () => {
    const source = memorySource();
    const first = graphOf(source);
    await first.apply(source.record({ app: 'a' }, { app: 'b' }));
    await first.close();
    source.record({ app: 'a', type: 'deleted' }, { app: 'c' });
    // What it has it is not given once more: this would be gone if it were filled.
    await send(
      `INSERT DATA { GRAPH <${iris.base}x> { <${iris.base}x> a <${iris.term('App')}> ; <${iris.term('name')}> "x" } }`,
    );
    expect(await names(graphOf(source))).toEqual(['b', 'c', 'x']);
  });

  test('is filled anew if it knows of more than there is, and keeps what is of others', async () => {
    const source = memorySource();
    const first = graphOf(source);
    await first.apply(source.record({ app: 'a' }, { app: 'b' }));
    await first.close();
    await send('INSERT DATA { GRAPH <x:others> { <x:a> <x:b> "theirs" } }');
    const shorter = memorySource();
    shorter.record({ app: 'c' });
    const graph = graphOf(shorter);
    expect(await names(graph)).toEqual(['c']);
    expect((await graph.query(query('ASK { ?s ?p "theirs" }'))).body).toContain('true');
  });
});

describe('who may not see all', () => {
  test.each([
    'SELECT ?x { ?x h:name "secret" }',
    'SELECT ?x { GRAPH <other/apps.apps.hearth.dev/secret> { ?s ?p ?x } }',
    'SELECT ?g { GRAPH ?g { ?s ?p ?x } FILTER(CONTAINS(STR(?g), "other")) }',
    'SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s h:namespace "other" } } FILTER(?n > 0) }',
  ])('sees nothing of it: %s', async (sparql) => {
    const source = memorySource();
    source.record({ app: 'rss' }, { app: 'secret', namespace: 'other' });
    const graph = graphOf(source);
    const allowed = ['home/apps.apps.hearth.dev/'];
    expect(await names(graph, allowed)).toEqual(['rss']);
    expect(await names(graph, [])).toEqual([]);
    for (const some of [allowed, []]) {
      const { body } = await graph.query(query(sparql, { allowed: some }));
      expect(body.trim().split('\r\n')).toHaveLength(1);
    }
  });
});

test('queries that can’t be asked are refused, and those that don’t end are given up', async () => {
  const source = memorySource();
  const graph = graphOf(source);
  await graph.apply(source.record(...life(200)));
  await expect(graph.query(query('SELECT ?x FROM <x:y> { ?x ?y ?z }'))).rejects.toThrow(QueryRefused);
  const endless = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }';
  await expect(graph.query(query(endless, { timeout: 500 }))).rejects.toThrow(QueryTooLong);
  await graph.apply(source.record({ app: 'late' }));
  expect(await names(graph)).toContain('late');
});

test('while the server does not answer nothing is lost, and who asks is told', async () => {
  let broken = true;
  const proxy = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (broken) {
      response.writeHead(503).end();
      return;
    }
    const target = request.url === '/update' ? server.update : server.query;
    const { 'content-type': type = '', accept = '' } = request.headers;
    const headers = { 'content-type': type, accept };
    const answer = await fetch(target, { method: 'POST', headers, body: Buffer.concat(parts) });
    response.writeHead(answer.status).end(await answer.text());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void proxy.close());
  await once(proxy, 'listening');
  const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const source = memorySource();
  const graph = graphOf(source, { endpoints: { query: `${base}/query`, update: `${base}/update` } });
  const applied = graph.apply(source.record({ app: 'a' }));
  await expect(graph.query(query('ASK {}', { timeout: 300 }))).rejects.toThrow(GraphBusy);
  broken = false;
  await applied;
  broken = true;
  const later = graph.apply(source.record({ app: 'b' }, { app: 'a', type: 'deleted' }));
  await expect(graph.query(query('ASK {}'))).rejects.toThrow(GraphBusy);
  broken = false;
  await later;
  expect(await names(graph)).toEqual(['b']);
  expect(await graph.canonicalHash()).toBe(await embeddedHash(source));
});
