import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, type GraphQuery, QueryTooLong } from '../graph/graph.ts';
import { record } from '../log/testing/logs.ts';
import { type LongSink, longSink, testSink } from './testing/sink.ts';

let sink: LongSink;
beforeAll(async () => {
  sink = await longSink();
  await record(sink.log, 'abc');
  await sink.untilProjected();
});
afterAll(() => sink.stop());

const P = 'PREFIX h: </-/vocabulary#>';
const names = `${P} SELECT ?n { ?s h:name ?n } ORDER BY ?n`;
const json = 'application/sparql-results+json';

const form = (query: string) => new URLSearchParams({ query }).toString();

const get = (query: string, accept = '*/*') =>
  sink.server.inject({ url: `/-/sparql?${form(query)}`, headers: { accept, authorization: 'Bearer ada' } });

const post = (type: string, payload: string) =>
  sink.server.inject({
    method: 'POST',
    url: '/-/sparql',
    payload,
    headers: { 'content-type': type, accept: 'text/csv', authorization: 'Bearer ada' },
  });

describe('asked in each way, it answers the same', () => {
  test.each([
    ['GET', () => get(names, 'text/csv')],
    ['POST of a form', () => post('application/x-www-form-urlencoded', form(names))],
    ['POST of a query', () => post('application/sparql-query', names)],
  ])('%s', async (_, ask) => {
    const answer = await ask();
    expect([answer.statusCode, answer.body]).toEqual([200, 'n\r\na\r\nb\r\nc\r\n']);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers.vary).toBe('accept, authorization, cookie');
  });
});

const select = `${P} SELECT ?n { </home/apps.apps.hearth.dev/a> h:name ?n }`;
const construct = `${P} CONSTRUCT { ?s h:name ?n } WHERE { ?s h:name ?n }`;
const describing = 'DESCRIBE </home/apps.apps.hearth.dev/a>';

describe('in the form that is asked for', () => {
  test.each([
    [select, '*/*', json, '"value":"a"'],
    [select, json, json, '"vars":["n"]'],
    [select, 'application/sparql-results+xml', 'application/sparql-results+xml', '<literal>a</literal>'],
    [select, 'text/csv', 'text/csv', 'n\r\na\r\n'],
    [select, 'text/tab-separated-values', 'text/tab-separated-values', '?n\n"a"\n'],
    [select, 'text/turtle, text/csv;q=0.1', 'text/csv', 'n\r\na\r\n'],
    ['ASK { ?s ?p ?o }', json, json, '"boolean":true'],
    ['ASK { ?s ?p ?o }', 'application/sparql-results+xml', 'application/sparql-results+xml', '<boolean>true'],
    [construct, '*/*', 'text/turtle', '"b"'],
    [construct, 'application/n-triples', 'application/n-triples', '#name> "b" .'],
    [describing, `${json}, text/turtle;q=0.9`, 'text/turtle', '"a"'],
  ])('%s as %s', async (query, accept, type, text) => {
    const answer = await get(query, accept);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
    expect(answer.body).toContain(text);
  });

  test.each([
    [select, 'text/turtle'],
    [construct, json],
    [select, 'image/png'],
    [describing, 'text/csv, application/n-triples;q=0'],
  ])('%s can’t be had as %s', async (query, accept) => {
    const answer = await get(query, accept);
    expect([answer.statusCode, answer.json().title]).toEqual([406, 'Not in this form']);
  });
});

describe('refused with a sentence', () => {
  test.each([
    ['nothing asked', '', 'missing'],
    ['what is no query', 'SELECT WHERE', 'This is no query'],
    ['an update', 'INSERT DATA { <a:a> <a:b> <a:c> }', 'can only be asked'],
    ['FROM', 'SELECT * FROM <a:b> { ?s ?p ?o }', 'FROM'],
    ['SERVICE', 'SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }', 'SERVICE'],
  ])('%s', async (_, query, detail) => {
    const answer = await get(query);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
  });

  test.each(['PUT', 'DELETE', 'PATCH'] as const)('%s', async (method) => {
    const answer = await sink.server.inject({
      method,
      url: '/-/sparql',
      headers: { authorization: 'Bearer ada' },
    });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  });

  test('a type that nobody knows', async () => {
    expect((await post('text/plain', select)).statusCode).toBe(415);
    expect((await post('application/json', '{}')).statusCode).toBe(415);
  });

  test('a body that is too large', async () => {
    expect((await post('application/sparql-query', select.padEnd(300_000))).statusCode).toBe(413);
  });
});

describe('on the page where people ask', () => {
  const page = async (query: string) => (await get(query, 'text/html,*/*;q=0.8')).body;

  test('the answer stands below the question', async () => {
    expect(await page(select)).toContain('"limit":10000');
  });

  test('nothing is asked yet', async () => {
    expect(await page('')).toContain('"query":""');
  });

  test('what is wrong with it is said beside the question', async () => {
    expect(await page('SELECT WHERE')).toContain('"problem":"this is no query');
  });
});

test('who asks much at once is told to wait', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const slow: Partial<Graph> = {
    query: async ({ bindings }: GraphQuery) => {
      waiting += 1;
      await promise;
      return { contentType: bindings, body: '', seq: 0 };
    },
  };
  const { server } = testSink(() => ({ graph: { ...sink.graph, close: async () => undefined, ...slow } }));
  const ask = (name: string) =>
    server.inject({ url: `/-/sparql?${form(select)}`, headers: { authorization: `Bearer ${name}` } });
  const asked = Array.from({ length: 4 }, () => ask('ada'));
  await expect.poll(() => waiting).toBe(4);
  expect((await ask('ada')).statusCode).toBe(429);
  const other = ask('eve');
  resolve();
  for (const answer of [...asked, other]) expect((await answer).statusCode).toBe(200);
  expect((await ask('ada')).statusCode).toBe(200);
});

test('an answer counts until it is read, or nobody is there who would', async () => {
  const large = async ({ bindings }: GraphQuery) => ({
    contentType: bindings,
    body: 'x'.repeat(2 ** 24),
    seq: 0,
  });
  const { server } = testSink(() => ({
    graph: { ...sink.graph, close: async () => undefined, query: large },
  }));
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  expect(server.server.timeout).toBe(60_000);
  const path = `/-/sparql?${form(select)}`;
  const headers = { authorization: 'Bearer ada' };
  const unread = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const asked = request(origin + path, { headers })
        .on('error', () => undefined)
        .end();
      await once(asked, 'response');
      return asked;
    }),
  );
  onTestFinished(() => {
    for (const asked of unread) asked.destroy();
  });
  const status = async () => (await server.inject({ url: path, headers })).statusCode;
  expect(await status()).toBe(429);
  unread[0]?.destroy();
  await expect.poll(status).toBe(200);
});

test('a query that costs too much gets a clear answer', async () => {
  const query = () =>
    Promise.reject(new QueryTooLong('the query did not end within 10 s; ask for less at once'));
  const { server } = testSink(() => ({ graph: { ...sink.graph, close: async () => undefined, query } }));
  const answer = await server.inject({
    url: `/-/sparql?${form(select)}`,
    headers: { authorization: 'Bearer ada' },
  });
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    {
      status: 503,
      title: 'The query costs too much',
      detail: 'The query did not end within 10 s; ask for less at once.',
    },
  ]);
});
