import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { fakeClock } from '../testing.ts';
import type { ClusterConfig } from './cluster.ts';
import { LeaseEnded, Unreachable } from './errors.ts';
import { createTransport, type Transport } from './transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let transport: Transport | undefined;
afterEach(async () => {
  await transport?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A server that answers with one handler after another, then with the last, and a transport to it. */
async function serve(handlers: readonly Handler[], config: Partial<ClusterConfig> = {}) {
  const seen: { method: string | undefined; authorization: string | undefined }[] = [];
  const codes: string[] = [];
  server = createServer((request, response) => {
    const handler = handlers[Math.min(seen.length, handlers.length - 1)];
    seen.push({ method: request.method, authorization: request.headers.authorization });
    request.resume().on('end', () => handler?.(request, response));
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const cluster = {
    server: `http://127.0.0.1:${port}`,
    namespace: 'n',
    inCluster: false,
    credentials: async () => ({}),
    ...config,
  };
  const delays: number[] = [];
  const clock: Clock = {
    ...fakeClock(),
    after(milliseconds, callback) {
      delays.push(milliseconds);
      setImmediate(callback);
      return () => undefined;
    },
  };
  transport = createTransport(cluster, { clock, observe: ({ code }) => codes.push(code) });
  return { transport, seen, codes, delays, port };
}

const json =
  (status: number, body: object, headers = {}): Handler =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const ok = json(200, { fine: true });
const cutShort: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"fine":');
  setTimeout(() => response.destroy(), 20);
};

const get = { method: 'GET', path: '/x' } as const;
const post = { method: 'POST', path: '/x', body: {} } as const;

describe('a transport', () => {
  test('waits as long as a busy server asks, then repeats, whatever the method', async () => {
    const busy = json(429, { message: 'too many' }, { 'retry-after': '3' });
    const { transport: wire, delays, codes } = await serve([busy, busy, ok]);
    expect(await wire.request(post)).toEqual({ fine: true });
    // At least that long, and not all that were turned away at the same moment.
    expect(delays.map((delay) => delay > 3000 && delay < 4000)).toEqual([true, true]);
    expect(codes).toEqual(['429', '429', '200']);
  });

  test.each<[string, Handler]>([
    ['an error of the server', json(503, { message: 'no' })],
    ['an answer that is cut short', cutShort],
    ['an answer that is no JSON', (_, response) => void response.writeHead(200).end('{"fine":')],
    ['a connection that is dropped', (request) => void request.socket.destroy()],
  ])('repeats what can be repeated after %s', async (_, handler) => {
    const first = await serve([handler, handler, ok]);
    expect(await first.transport.request(get)).toEqual({ fine: true });
    expect(first.seen).toHaveLength(3);
  });

  test.each<[string, Handler]>([
    ['an error of the server', json(503, { message: 'no' })],
    ['an answer that is cut short', cutShort],
  ])('does not repeat a creation after %s: it may have been done', async (_, handler) => {
    const { transport: wire, seen } = await serve([handler, ok]);
    await expect(wire.request(post)).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });

  test('gives up after some attempts, and says what was wrong', async () => {
    const { transport: wire, seen } = await serve([
      json(500, { reason: 'InternalError', message: 'etcd is slow' }),
    ]);
    await expect(wire.request(get)).rejects.toMatchObject({
      status: 500,
      reason: 'InternalError',
      message: 'GET /x: etcd is slow',
    });
    expect(seen).toHaveLength(4);
  });

  test('does not repeat what the server refused for good', async () => {
    const { transport: wire, seen } = await serve([json(422, { reason: 'Invalid', message: 'no' })]);
    await expect(wire.request(get)).rejects.toMatchObject({ status: 422 });
    expect(seen).toHaveLength(1);
  });

  test('takes a server that says nothing for unreachable', async () => {
    const { transport: wire } = await serve([() => undefined]);
    await expect(wire.request({ ...get, timeout: 50, attempts: 1 })).rejects.toBeInstanceOf(Unreachable);
  });

  test('reads a refused token again, once', async () => {
    const asked: boolean[] = [];
    const credentials = async (refused: boolean) => {
      asked.push(refused);
      return { authorization: `Bearer ${refused ? 'new' : 'old'}` };
    };
    const { transport: wire, seen } = await serve([json(401, { message: 'expired' }), ok], { credentials });
    expect(await wire.request(post)).toEqual({ fine: true });
    expect(asked).toEqual([false, true]);
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
    const still = await serve([json(401, { message: 'who are you' })], { credentials });
    await expect(still.transport.request(get)).rejects.toMatchObject({
      status: 401,
      message: 'GET /x: who are you',
    });
    expect(still.seen).toHaveLength(2);
  });

  test('asks the gate before each attempt, and sends nothing once it is closed', async () => {
    const { transport: wire, seen } = await serve([json(503, { message: 'no' }), ok]);
    let asked = 0;
    const gated = wire.gated(() => {
      if (++asked > 1) throw new LeaseEnded();
    });
    await expect(gated.request(get)).rejects.toBeInstanceOf(LeaseEnded);
    expect(seen).toHaveLength(1);
    expect(await wire.request(get)).toEqual({ fine: true });
  });

  test('ends a request that is aborted with the reason of its signal', async () => {
    const { transport: wire } = await serve([() => undefined]);
    const stop = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 20);
    await expect(wire.request({ ...get, signal: stop.signal })).rejects.toBe(reason);
    await expect(wire.request({ ...get, signal: stop.signal })).rejects.toBe(reason);
  });

  test('hands a stream over as it comes, and says how it ended', async () => {
    const talk: Handler = (_, response) => {
      response.writeHead(200);
      response.write('one');
      setTimeout(() => response.end('two'), 20);
    };
    const { transport: wire } = await serve([
      talk,
      json(410, { reason: 'Expired', message: 'old' }),
      cutShort,
    ]);
    const chunks: string[] = [];
    const hear = (chunk: Buffer) => void chunks.push(chunk.toString());
    await wire.stream(get, hear);
    expect(chunks).toEqual(['one', 'two']);
    await expect(wire.stream(get, hear)).rejects.toMatchObject({ status: 410, reason: 'Expired' });
    await expect(wire.stream(get, hear)).rejects.toBeInstanceOf(Unreachable);
  });

  test('adds what a proxy puts before the path', async () => {
    const paths: (string | undefined)[] = [];
    const { port } = await serve([
      (request, response) => {
        paths.push(request.url);
        ok(request, response);
      },
    ]);
    const behind = createTransport({
      server: `http://127.0.0.1:${port}/k8s/`,
      namespace: 'n',
      inCluster: false,
      credentials: async () => ({}),
    });
    await behind.request({ ...get, query: { a: 'b c', none: undefined, limit: 5 } });
    await behind.close();
    expect(paths).toEqual(['/k8s/x?a=b+c&limit=5']);
  });
});
