import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { backoffDelay } from '@hearth/runtime/backoff';
import { pause, systemClock } from '@hearth/runtime/clock';
import { ApiError, type StatusBody, Unreachable } from '@hearth/runtime/cluster/errors';
import type { ReflectorOptions } from '@hearth/runtime/watch/reflector';

/** What the reflector, and the agent, ask of the Kubernetes API. */
export type Wire = ReflectorOptions['transport'];
type Request = Parameters<Wire['request']>[0];

/** Where the API server is, and as whom the agent speaks with it. */
export interface WireOptions {
  /** The API server of now, and, in PEM, who vouches for it. */
  where(): { readonly server: string; readonly authority: string };
  /** The token of now; `refused` says that the server has just answered 401 to the last one. */
  token(refused: boolean): Promise<string>;
}

/** What a wire has beside what it is asked. */
interface Ending {
  /** Milliseconds since the server last answered, whatever it said. */
  silence(): number;
  close(): void;
}

/** Milliseconds without a sign of the server. */
const TIMEOUT = 30_000;
const CONNECTING = 10_000;
const ATTEMPTS = 3;
const BACKOFF = { first: 200, longest: 5_000 };
/** Bytes of an answer that is no stream. */
const LONGEST_ANSWER = 8 * 2 ** 20;

/**
 * The Kubernetes API over Node's own HTTPS: the operators' transport is made for many requests at once, and takes 25 MB
 * more, which a small machine would rather keep.
 */
export function createWire(options: WireOptions): Wire & Ending {
  let agent: Agent | undefined;
  let heard = Number.NEGATIVE_INFINITY;
  let trusted = '';
  /** Connections are of one authority: with another come others. */
  const connections = () => {
    const { authority } = options.where();
    if (agent && authority === trusted) return agent;
    agent?.destroy();
    trusted = authority;
    agent = new Agent({ keepAlive: true, ca: authority, maxSockets: 8 });
    return agent;
  };
  const send = async (
    request: Request,
    streaming: boolean,
    data: (chunk: Buffer, status: number) => void,
  ) => {
    const head = await exchange(connections(), options, request, streaming, false, data);
    heard = performance.now();
    return head.status === 401 ? exchange(connections(), options, request, streaming, true, data) : head;
  };
  return {
    async request<T>(request: Request): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await answered<T>(request, send);
        } catch (error) {
          if (
            request.signal?.aborted ||
            attempt >= (request.attempts ?? ATTEMPTS) ||
            !mayRepeat(request, error)
          )
            throw error;
        }
        await pause(
          systemClock,
          backoffDelay(attempt, BACKOFF),
          request.signal ?? new AbortController().signal,
        );
        request.signal?.throwIfAborted();
      }
    },
    async stream(request, data) {
      const refusal: Buffer[] = [];
      const head = await send(request, true, (chunk, status) =>
        status < 300 ? data(chunk) : status !== 401 && refusal.push(chunk),
      );
      if (head.status >= 300)
        throw new ApiError(request, head.status, statusOf(Buffer.concat(refusal)), head.retryAfter);
    },
    silence: () => performance.now() - heard,
    close: () => agent?.destroy(),
  };
}

interface Head {
  readonly status: number;
  readonly retryAfter: number | undefined;
}

type Send = (
  request: Request,
  streaming: boolean,
  data: (chunk: Buffer, status: number) => void,
) => Promise<Head>;

async function answered<T>(request: Request, send: Send): Promise<T> {
  let chunks: Buffer[] = [];
  let last = 0;
  let size = 0;
  const head = await send(request, false, (chunk, status) => {
    // The second answer is the one that counts where the first was of a token that is no more.
    if (status !== last) chunks = [];
    last = status;
    size += chunk.length;
    if (size <= LONGEST_ANSWER) chunks.push(chunk);
  });
  const body = Buffer.concat(chunks);
  if (head.status >= 300) throw new ApiError(request, head.status, statusOf(body), head.retryAfter);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new Unreachable(request, cause);
  }
}

/** What failed on its way, or was put off, and can't be done twice. */
function mayRepeat(request: Request, error: unknown): boolean {
  if (error instanceof ApiError)
    return error.status === 429 || (error.status >= 500 && request.method !== 'POST');
  return error instanceof Unreachable && request.method !== 'POST';
}

function statusOf(body: Buffer): StatusBody {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return { message: body.toString('utf8').slice(0, 200) };
  }
}

async function exchange(
  agent: Agent,
  { where, token }: WireOptions,
  request: Request,
  streaming: boolean,
  refused: boolean,
  data: (chunk: Buffer, status: number) => void,
): Promise<Head> {
  const bearer = await token(refused);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const { promise, resolve, reject } = Promise.withResolvers<Head>();
  const outgoing = httpsRequest(urlOf(where().server, request), {
    agent,
    method: request.method,
    signal: request.signal,
    timeout: streaming ? undefined : (request.timeout ?? TIMEOUT),
    headers: {
      accept: 'application/json',
      'user-agent': 'hearth-agent',
      authorization: `Bearer ${bearer}`,
      ...(body === undefined
        ? {}
        : {
            'content-type': request.contentType ?? 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
    },
  });
  const late = setTimeout(
    () => outgoing.destroy(new Error('the API server does not answer')),
    CONNECTING + TIMEOUT,
  );
  outgoing.on('timeout', () => outgoing.destroy(new Error('the API server does not answer')));
  outgoing.on('error', reject);
  outgoing.on('response', (answer: IncomingMessage) => {
    clearTimeout(late);
    const status = answer.statusCode ?? 0;
    request.onHead?.(status);
    answer.on('data', (chunk: Buffer) => data(chunk, status));
    answer.on('error', reject);
    answer.on('end', () =>
      resolve({ status, retryAfter: Number(answer.headers['retry-after']) || undefined }),
    );
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

function urlOf(server: string, { path, query = {} }: Request): URL {
  const url = new URL(server);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
