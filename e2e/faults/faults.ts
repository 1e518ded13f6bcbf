import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange, Fault } from './proxy.ts';

/** The request never arrives; the connection breaks. */
export const cutBefore: Fault = ({ socket }) => void socket.destroy();

/** The request is carried out; its answer is lost with the connection. */
export const cutAfter: Fault = async ({ send, socket }) => {
  await buffer(await send());
  socket.destroy();
};

/** The connection is reset (RST), as by a server that was killed. */
export const reset: Fault = ({ socket }) => void socket.resetAndDestroy();

/** The request is carried out, after some milliseconds. */
export const delay =
  (milliseconds: number): Fault =>
  async ({ send, relay }) => {
    await pause(milliseconds);
    await relay(await send());
  };

/** Of the answer, only the first half comes; then the connection breaks. */
export const truncate: Fault = async (exchange) => {
  await halfOfAnswer(exchange);
  exchange.socket.destroy();
};

/** Of the answer, only the first half comes; then the server says that it has nothing more to say (FIN), and waits. */
export const halfClose: Fault = async (exchange) => {
  await halfOfAnswer(exchange);
  exchange.socket.end();
};

/** The first half of the answer is passed off as the whole, as a careless middlebox does. */
export const shorten: Fault = async ({ send, response }) => {
  const answer = await send();
  const body = await buffer(answer);
  const half = body.subarray(0, body.length / 2);
  response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' }).end(half);
};

/** The request is carried out twice, as by a balancer that repeats it; the client gets the second answer. */
export const duplicate: Fault = async ({ send, relay }) => {
  await buffer(await send());
  await relay(await send());
};

/** Each event of a watch comes twice. */
export const repeatEvents: Fault = async ({ send, relay }) => {
  let rest = Buffer.alloc(0);
  await relay(await send(), (chunk) => {
    const all = Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf('\n') + 1;
    rest = all.subarray(end);
    const lines = all
      .subarray(0, end)
      .toString('utf8')
      .split(/(?<=\n)/);
    return Buffer.from(lines.map((line) => line.repeat(2)).join(''));
  });
};

/** The answer comes until the signal is given; from then on nothing does, and the connection stays open. */
export const silentFrom =
  (signal: AbortSignal): Fault =>
  async ({ send, relay }) =>
    relay(await send(), (chunk) => (signal.aborted ? undefined : chunk));

/** The answer comes until the signal is given; the next part of it breaks off in the middle, with the connection. */
export const cutFrom =
  (signal: AbortSignal): Fault =>
  async ({ send, relay, response, socket }) =>
    relay(await send(), (chunk) => {
      if (!signal.aborted) return chunk;
      response.write(chunk.subarray(0, chunk.length / 2), () => socket.destroy());
      return undefined;
    });

/** The answer comes until the signal is given; then the connection breaks. */
export const cutAt =
  (signal: AbortSignal): Fault =>
  async ({ send, relay, socket }) => {
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    await relay(await send());
  };

/** The request reaches the server when the signal is given, and not before. */
export const holdUntil =
  (signal: AbortSignal): Fault =>
  async ({ send, relay }) => {
    if (!signal.aborted) await once(signal, 'abort');
    await relay(await send());
  };

/** The server refuses. */
export const refuse =
  (status: number, options: { readonly retryAfter?: number; readonly reason?: string } = {}): Fault =>
  ({ response }) => {
    const { retryAfter, reason = `Status${status}` } = options;
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(statusOf(status, reason)));
  };

/** The server has forgotten the version, and says so by an HTTP status. */
export const gone = refuse(410, { reason: 'Expired' });

/** The server has forgotten the version, and says so in the stream of a watch, as it does when it finds out late. */
export const goneInStream: Fault = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(410, 'Expired') })}\n`);
};

async function halfOfAnswer({ send, relayHead, response }: Exchange): Promise<void> {
  const answer = await send();
  const body = await buffer(answer);
  relayHead(answer);
  await new Promise((resolve) => response.write(body.subarray(0, Math.max(1, body.length / 2)), resolve));
}

function statusOf(code: number, reason: string): object {
  const message = `a test says ${code}`;
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message };
}
