import type { IncomingMessage } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import { Unreachable } from '@hearth/runtime/cluster/errors';
import type { ReflectorOptions } from '@hearth/runtime/watch/reflector';

type Request = Parameters<ReflectorOptions['transport']['request']>[0];

/** What the beginning of an answer says. */
export interface Head {
  readonly status: number;
  /** Seconds after which the server asks to be tried again. */
  readonly retryAfter: number | undefined;
}

/** How a request gets to the server. */
interface Way {
  readonly agent: Agent;
  readonly server: string;
  /** A secret. */
  readonly bearer: string;
  /** The answer may be silent for as long as it likes; whoever listens has a guard of his own. */
  readonly streaming: boolean;
}

/** Milliseconds without a sign of the server: until the answer begins, and within it. */
const BEGINNING = 40_000;
const TIMEOUT = 30_000;
/** Milliseconds after which a connection on which nothing happens is asked whether its other end is there. */
const KEEPALIVE = 15_000;

/** One request and its answer, in parts as they come. @throws Unreachable, or the reason of the request's signal. */
export async function exchange(
  request: Request,
  { agent, server, bearer, streaming }: Way,
  data: (chunk: Buffer, status: number) => void,
): Promise<Head> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const { promise, resolve, reject } = Promise.withResolvers<Head>();
  const outgoing = httpsRequest(urlOf(server, request), {
    agent,
    method: request.method,
    signal: request.signal,
    timeout: streaming ? undefined : (request.timeout ?? TIMEOUT),
    headers: headersOf(request, bearer, body),
  });
  const giveUp = () => outgoing.destroy(new Error('the API server does not answer'));
  const late = setTimeout(giveUp, BEGINNING);
  outgoing.setSocketKeepAlive(true, KEEPALIVE);
  outgoing.on('timeout', giveUp);
  outgoing.on('error', reject);
  outgoing.on('response', (answer: IncomingMessage) => {
    clearTimeout(late);
    const status = answer.statusCode ?? 0;
    const retryAfter = Number(answer.headers['retry-after']) || undefined;
    request.onHead?.(status);
    answer.on('data', (chunk: Buffer) => data(chunk, status));
    answer.on('error', reject);
    answer.on('end', () => resolve({ status, retryAfter }));
  });
  outgoing.end(body);
  try {
    return await promise;
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw new Unreachable(request, error);
  } finally {
    clearTimeout(late);
  }
}

function headersOf(request: Request, bearer: string, body: string | undefined) {
  const always = {
    accept: 'application/json',
    'user-agent': 'hearth-agent',
    authorization: `Bearer ${bearer}`,
  };
  if (body === undefined) return always;
  const type = request.contentType ?? 'application/json';
  return { ...always, 'content-type': type, 'content-length': Buffer.byteLength(body) };
}

function urlOf(server: string, { path, query = {} }: Request): URL {
  const url = new URL(server);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
