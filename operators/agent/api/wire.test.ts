import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiError, Unreachable } from '@hearth/runtime/cluster/errors';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../testing/certificate.ts';
import { createWire } from './wire.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let identity: { readonly certificate: string; readonly key: string };
beforeAll(async () => {
  identity = await makeCertificate('127.0.0.1');
});

let close: () => void = () => undefined;
afterEach(() => close());

/** An API server that gives these answers, one after the other, then the last again and again. */
async function serve(...answers: readonly Answer[]) {
  const tokens: (string | undefined)[] = [];
  const server: Server = createServer(
    { cert: identity.certificate, key: identity.key },
    (request, response) => {
      const answer = answers[Math.min(tokens.length, answers.length - 1)];
      tokens.push(request.headers.authorization);
      request.resume().on('end', () => answer?.(request, response));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked: boolean[] = [];
  const wire = createWire({
    where: () => ({ server: `https://127.0.0.1:${port}`, authority: identity.certificate }),
    async token(refused) {
      asked.push(refused);
      return refused ? 'new' : 'old';
    },
  });
  close = () => {
    wire.close();
    server.close();
    server.closeAllConnections();
  };
  return { wire, tokens, asked, port };
}

const json =
  (status: number, body: object): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const get = { method: 'GET', path: '/x' } as const;

describe('a wire', () => {
  test('brings an answer, and says how long ago that was', async () => {
    const { wire } = await serve(json(200, { fine: true }));
    expect(wire.silence()).toBe(Number.POSITIVE_INFINITY);
    expect(await wire.request({ ...get, query: { limit: 1, continue: undefined } })).toEqual({ fine: true });
    expect(wire.silence()).toBeLessThan(5_000);
  });

  test('asks once for another token when one is refused', async () => {
    const { wire, tokens } = await serve(json(401, { message: 'no' }), json(200, { fine: true }));
    expect(await wire.request(get)).toEqual({ fine: true });
    expect(tokens).toEqual(['Bearer old', 'Bearer new']);
  });

  test('tells a refusal as the API does', async () => {
    const { wire, tokens } = await serve(json(403, { reason: 'Forbidden', message: 'not you' }));
    const refused = await wire.request(get).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 403, reason: 'Forbidden', message: 'GET /x: not you' });
    expect(tokens).toHaveLength(1);
  });

  test('repeats what failed on its way, but nothing that could be done twice', async () => {
    const broken: Answer = (request) => void request.socket.destroy();
    const first = await serve(broken, json(200, { fine: true }));
    expect(await first.wire.request(get)).toEqual({ fine: true });
    close();
    const second = await serve(broken, json(200, {}));
    await expect(second.wire.request({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(Unreachable);
    expect(second.tokens).toHaveLength(1);
  });

  test('hands a stream over as it comes, until it is called off', async () => {
    const { wire } = await serve((_, response) => void response.writeHead(200).write('one\n'));
    const stopping = new AbortController();
    const heard: string[] = [];
    const streaming = wire.stream({ ...get, signal: stopping.signal }, (chunk) => {
      heard.push(chunk.toString());
      stopping.abort(new Error('enough'));
    });
    await expect(streaming).rejects.toThrow('enough');
    expect(heard).toEqual(['one\n']);
  });

  test('believes nobody whom its authority does not know', async () => {
    const { port } = await serve(json(200, {}));
    const { certificate } = await makeCertificate('127.0.0.1');
    const wire = createWire({
      where: () => ({ server: `https://127.0.0.1:${port}`, authority: certificate }),
      token: async () => 'secret',
    });
    await expect(wire.request({ ...get, attempts: 1 })).rejects.toThrow(Unreachable);
    wire.close();
  });
});
