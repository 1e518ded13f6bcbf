import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryOutHttp, escaping, type HttpStep } from './http.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let asked: Asked[] = [];
let answer: (request: Asked, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  answer = (_, response) => response.end();
  server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    asked.push({ method, url, headers, body });
    answer({ method, url, headers, body }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
});

const stepOf = (more: Partial<HttpStep> = {}): HttpStep => ({
  name: 'admin',
  type: 'http',
  method: 'POST',
  path: '/api/users',
  expect: [200, 201, 204],
  ...more,
});

const secrets: Record<string, string> = { password: 'hunter2', odd: 'a"b&c\n' };

function run(step: HttpStep, more: { signal?: AbortSignal; timeout?: number; port?: number } = {}) {
  const port = more.port ?? (server.address() as AddressInfo).port;
  return carryOutHttp(step, {
    app: 'App home/rss',
    endpoint: () => ({
      host: 'rss.home.svc.cluster.local',
      port: 8080,
      service: { namespace: 'home', name: 'rss' },
    }),
    lookUp: (scope, field) => (scope === 'secret' ? secrets[field] : undefined),
    reach: async () => ({ host: '127.0.0.1', port }),
    signal: more.signal ?? new AbortController().signal,
    timeout: more.timeout ?? 5_000,
  });
}

const failure = (sentence: string | RegExp) =>
  expect.objectContaining({
    name: 'Waiting',
    reason: 'ConfigureFailed',
    message:
      typeof sentence === 'string'
        ? `Step admin of App home/rss: ${sentence}`
        : expect.stringMatching(sentence),
  });

describe('carryOutHttp', () => {
  test('asks what the step says, with names filled in', async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Token': '${secret.password}' };
    const body = '{"name":"${secret.odd}","n":1}';
    expect(await run(stepOf({ method: 'PUT', headers, body }))).toEqual({});
    expect(asked).toEqual([
      {
        method: 'PUT',
        url: '/api/users',
        headers: expect.objectContaining({
          host: 'rss.home.svc.cluster.local:8080',
          'x-token': 'hunter2',
          'content-type': 'application/json',
        }),
        body: '{"name":"a\\"b&c\\n","n":1}',
      },
    ]);
  });

  test('lets a step name the host, and never leaves the Service for another', async () => {
    await run(stepOf({ headers: { Host: 'rss.example.org' }, path: '//elsewhere.example.org/x' }));
    expect(asked[0]).toMatchObject({
      url: '//elsewhere.example.org/x',
      headers: { host: 'rss.example.org' },
    });
  });

  test.each([500, 302, 404])('fails on an answer of %i', async (status) => {
    answer = (_, response) => response.writeHead(status, { location: '/elsewhere' }).end('hunter2');
    const redirect = status === 302 ? ', and redirects are not followed' : '';
    await expect(run(stepOf())).rejects.toEqual(
      failure(`POST /api/users answered ${status}, not 200, 201, or 204${redirect}.`),
    );
    expect(asked).toHaveLength(1);
  });

  describe('unless', () => {
    const unless = { path: '/api/me', ok: [200, 401], contains: '"admin"' };

    test.each([
      ['skips where it answers so', 200, '["admin"]', ['GET /api/me']],
      ['skips by any status that is named', 401, '"admin"', ['GET /api/me']],
      ['goes on where the text is missing', 200, '[]', ['GET /api/me', 'POST /api/users']],
      ['goes on where the status is another', 404, '"admin"', ['GET /api/me', 'POST /api/users']],
    ])('%s', async (_, status, text, expected) => {
      answer = ({ method }, response) =>
        method === 'GET' ? response.writeHead(status).end(text) : response.writeHead(201).end();
      await run(stepOf({ unless }));
      expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(expected);
    });

    test('is not asked while what the step captures is unknown', async () => {
      answer = (_, response) => response.end('{"token":"t1"}');
      const step = { unless: { path: '/api/me', ok: [200] } };
      expect(await run(stepOf({ ...step, capture: { token: '/token' } }))).toEqual({ token: 't1' });
      expect(await run(stepOf({ ...step, capture: { password: '/token' } }))).toEqual({});
      expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    });
  });

  describe('capture', () => {
    const capture = { token: '/keys/0/value' };

    test.each([
      ['"abc"', 'abc'],
      ['42', '42'],
      ['true', 'true'],
    ])('keeps %s', async (value, expected) => {
      answer = (_, response) => response.end(`{"keys":[{"value":${value}}]}`);
      expect(await run(stepOf({ capture }))).toEqual({ token: expected });
    });

    test.each([
      ['what is not JSON', '<html>hunter2', 'the answer to POST /api/users is not JSON.'],
      [
        'an answer without it',
        '{"keys":["hunter2"]}',
        'the answer to POST /api/users has no text or number at /keys/0/value, for token.',
      ],
      [
        'a list in its place',
        '{"keys":[{"value":["hunter2"]}]}',
        'the answer to POST /api/users has no text or number at /keys/0/value, for token.',
      ],
      [
        'a huge answer',
        `{"keys":[{"value":"x"}],"x":"${'x'.repeat(1 << 20)}"}`,
        'POST /api/users answered with more than 1 MiB.',
      ],
    ])('fails on %s', async (_, text, sentence) => {
      answer = (_, response) => response.end(text);
      await expect(run(stepOf({ capture }))).rejects.toEqual(failure(sentence));
    });
  });

  test('takes a huge answer of which nothing is asked', async () => {
    answer = (_, response) => response.end('x'.repeat(3 << 20));
    expect(await run(stepOf())).toEqual({});
  });

  test.each([
    ['never answers', () => undefined],
    [
      'never ends its answer',
      (_: Asked, response: ServerResponse) => void response.writeHead(200).write('x'),
    ],
  ])('gives up on an app that %s', async (_, slow) => {
    answer = slow;
    await expect(run(stepOf(), { timeout: 200 })).rejects.toEqual(
      failure('POST /api/users was not answered within 0.2 s.'),
    );
  });

  test('gives up where an app breaks off', async () => {
    answer = (_, response) => response.destroy();
    await expect(run(stepOf())).rejects.toEqual(failure(/: POST \/api\/users was broken off \([A-Z_]+\)\.$/));
  });

  test('gives up where no one listens', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(run(stepOf(), { port })).rejects.toEqual(
      failure('POST /api/users found no one: the app refuses connections.'),
    );
  });

  test('tells no value of a header that can’t be sent', async () => {
    await expect(run(stepOf({ headers: { 'X-Token': '${secret.odd}' } }))).rejects.toEqual(
      failure('POST /api/users can’t be sent: a header holds what no header can.'),
    );
  });

  test('ends with the signal, and then is no failure of the app', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('stopping'));
    await expect(run(stepOf(), { signal: stop.signal })).rejects.toThrow('stopping');
  });
});

describe('escaping', () => {
  const value = 'a"b\\c&d=e f\n';
  test.each([
    ['application/json', 'a\\"b\\\\c&d=e f\\n'],
    ['application/problem+json; charset=utf-8', 'a\\"b\\\\c&d=e f\\n'],
    ['Application/X-WWW-Form-Urlencoded', 'a%22b%5Cc%26d%3De%20f%0A'],
    ['text/plain', value],
    ['', value],
  ])('%s', (type, expected) => {
    expect(escaping(type, () => value)('secret', 'x')).toBe(expected);
    expect(escaping(type, () => undefined)('secret', 'x')).toBeUndefined();
  });
});
