import { Agent, type Dispatcher } from 'undici';
import { type Clock, pause, systemClock } from '../clock.ts';
import type { ClusterConfig } from './cluster.ts';
import { ApiError, LeaseEnded, type StatusBody, Unreachable } from './errors.ts';
import { type Exchange, exchange, type Gate, type Receiver } from './exchange.ts';

/** A request to the API server. */
export interface ApiRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly query?: { readonly [name: string]: string | number | boolean | undefined } | undefined;
  readonly body?: unknown;
  /** Of the body; `application/json` if not given. */
  readonly contentType?: string | undefined;
  /** In which form the answer is wanted; `application/json` if not given. */
  readonly accept?: string | undefined;
  /** Told that an answer begins, with its HTTP status: of a watch, that it is open though nothing happens. */
  readonly onHead?: ((status: number) => void) | undefined;
  /** Aborts the request with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a sign of the server after which it counts as unreachable; 30 s if not given. */
  readonly timeout?: number | undefined;
  /** How many times it is sent at most, where repeating can't do harm; 4 if not given. */
  readonly attempts?: number | undefined;
}

/** Talks to one API server over kept-alive connections. */
export interface Transport {
  /**
   * One request, one JSON answer. Sent again, with growing delays, where the server is too busy (429, or any
   * answer with Retry-After) and, if it is idempotent, where it failed (5xx) or broke off.
   * @throws ApiError, Unreachable, LeaseEnded, or the signal's reason.
   */
  request<T>(request: ApiRequest): Promise<T>;
  /** One request whose answer is handed over in parts, as they come; never repeated. Resolves at its end. */
  stream(request: ApiRequest, data: (chunk: Buffer) => void): Promise<void>;
  /** The same connections, but each request asks the gate when it is about to be written. */
  gated(gate: Gate): Transport;
  close(): Promise<void>;
}

/** Told of each answer: what the metrics count. The code is `<error>` where there was none, as client-go says. */
export type Observer = (answer: {
  readonly method: string;
  readonly code: string;
  readonly host: string;
}) => void;

/** What a transport can be made with. */
export interface TransportOptions {
  readonly clock?: Clock;
  readonly observe?: Observer;
  /** Connections at most, watches included; each is opened when it is first needed. */
  readonly connections?: number;
  readonly userAgent?: string;
}

/** The first delay before a repeat, and the longest, in milliseconds; what the server asks for goes before. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 30_000;
const TIMEOUT = 30_000;

/** Opens a transport to a cluster. Nothing is connected until the first request. */
export function createTransport(cluster: ClusterConfig, options: TransportOptions = {}): Transport {
  const agent = new Agent({
    allowH2: false,
    connections: options.connections ?? 256,
    keepAliveTimeout: 60_000,
    connect: {
      timeout: 10_000,
      keepAlive: true,
      // A connection whose other end is gone is found out within 25 s, without a byte sent: a watch only listens.
      keepAliveInitialDelay: 15_000,
      ca: cluster.ca,
      cert: cluster.cert,
      key: cluster.key,
      ...(cluster.serverName ? { servername: cluster.serverName } : {}),
      rejectUnauthorized: !cluster.insecure,
    },
  });
  return transportOver(agent, cluster, options, undefined);
}

function transportOver(
  agent: Agent,
  cluster: ClusterConfig,
  options: TransportOptions,
  gate: Gate | undefined,
): Transport {
  const { host } = new URL(cluster.server);
  const observe = (method: string, code: string) => options.observe?.({ method, code, host });
  const wire = createWire(agent, cluster, { ...options, gate, observe });
  const clock = options.clock ?? systemClock;
  return {
    async request<T>(request: ApiRequest): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        const answer = await once<T>(wire, request, () => observe(request.method, '<error>'));
        if ('value' in answer) return answer.value;
        const delay =
          attempt < (request.attempts ?? 4) ? repeatDelay(request, answer.error, attempt) : undefined;
        if (delay === undefined) throw answer.error;
        await pause(clock, delay, request.signal ?? new AbortController().signal);
        request.signal?.throwIfAborted();
      }
    },
    async stream(request, data) {
      const chunks: Buffer[] = [];
      const head = await wire(request, true, (chunk, code) =>
        code < 300 ? data(chunk) : chunks.push(chunk),
      );
      if (head.status >= 300) throw refusal(request, head, Buffer.concat(chunks));
    },
    gated: (inner) => transportOver(agent, cluster, options, inner),
    close: () => agent.destroy(),
  };
}

type Wire = (
  request: ApiRequest,
  streaming: boolean,
  data: (chunk: Buffer, status: number) => void,
) => Promise<Head>;

/** What the beginning of an answer says. */
interface Head {
  readonly status: number;
  readonly retryAfter: number | undefined;
}

/** What all requests of a transport have in common. */
interface WireOptions {
  readonly userAgent?: string;
  readonly gate: Gate | undefined;
  readonly observe: (method: string, code: string) => void;
}

/** Sends a request as it stands, with the credentials of now; a refused token is read again, once. */
function createWire(agent: Agent, cluster: ClusterConfig, options: WireOptions): Wire {
  const { observe } = options;
  const { origin, pathname } = new URL(cluster.server);
  const way: Way = { ...options, origin, prefix: pathname.replace(/\/$/, '') };
  const send = async (request: ApiRequest, streaming: boolean, refused: boolean, receiver: Receiver) => {
    const { authorization } = await cluster.credentials(refused);
    await exchange(agent, exchangeOf(request, streaming, authorization, way), receiver);
  };
  return async (request, streaming, data) => {
    let status = 0;
    let retryAfter: number | undefined;
    const head: Receiver['head'] = (code, headers) => {
      status = code;
      retryAfter = Number(headers['retry-after']) || undefined;
      observe(request.method, String(code));
      request.onHead?.(code);
    };
    try {
      await send(request, streaming, false, {
        head,
        data: (chunk) => status !== 401 && data(chunk, status),
      });
      if (status === 401)
        await send(request, streaming, true, { head, data: (chunk) => data(chunk, status) });
    } catch (error) {
      if (error instanceof LeaseEnded || request.signal?.aborted) throw error;
      observe(request.method, '<error>');
      throw new Unreachable(request, error);
    }
    return { status, retryAfter };
  };
}

/** Where the server is, and how to ask it. */
interface Way extends WireOptions {
  readonly origin: string;
  /** What a proxy puts before each path. */
  readonly prefix: string;
}

function exchangeOf(
  request: ApiRequest,
  streaming: boolean,
  authorization: string | undefined,
  { origin, prefix, userAgent, gate }: Way,
): Exchange {
  const timeout = request.timeout ?? TIMEOUT;
  return {
    origin,
    path: `${prefix}${request.path}${queryText(request.query)}`,
    method: request.method,
    headers: headersOf(request, authorization, userAgent),
    body: request.body === undefined ? null : JSON.stringify(request.body),
    headersTimeout: timeout,
    bodyTimeout: streaming ? 0 : timeout,
    signal: request.signal,
    gate,
  };
}

function headersOf(request: ApiRequest, authorization: string | undefined, userAgent: string | undefined) {
  const { accept = 'application/json' } = request;
  const headers: Record<string, string> = { accept, 'user-agent': userAgent ?? 'hearth' };
  if (authorization) headers.authorization = authorization;
  if (request.body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
  return headers;
}

function queryText(query: ApiRequest['query']): string {
  const entries = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? ''
    : `?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

type Answer<T> = { readonly value: T } | { readonly error: ApiError | Unreachable };

/** Sends it once. `broken` is told of an answer that came to its end, and yet is none. */
async function once<T>(wire: Wire, request: ApiRequest, broken: () => void): Promise<Answer<T>> {
  const chunks: Buffer[] = [];
  let head: Head;
  try {
    head = await wire(request, false, (chunk) => chunks.push(chunk));
  } catch (error) {
    if (error instanceof Unreachable) return { error };
    throw error;
  }
  const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  if (head.status >= 300) return { error: refusal(request, head, body) };
  try {
    return { value: JSON.parse(body?.toString('utf8') ?? '') };
  } catch (cause) {
    // A body that does not parse was cut short on its way: as good as no answer.
    broken();
    return { error: new Unreachable(request, cause) };
  }
}

function refusal(request: ApiRequest, head: Head, body: Buffer | undefined): ApiError {
  return new ApiError(request, head.status, parseStatus(body), head.retryAfter);
}

function parseStatus(body: Buffer | undefined): StatusBody {
  const text = body?.toString('utf8') ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return text.trim() === '' ? {} : { message: text.trim().slice(0, 200) };
  }
}

/** How long to wait before sending it again; undefined where that won't help or could do it twice. */
function repeatDelay(
  request: ApiRequest,
  error: ApiError | Unreachable,
  attempt: number,
): number | undefined {
  const backoff = FIRST_DELAY * 2 ** attempt * (0.5 + Math.random());
  if (error instanceof Unreachable) return request.method === 'POST' ? undefined : backoff;
  const asked = error.retryAfter;
  if (error.status === 429 || (error.status >= 500 && asked !== undefined)) {
    // All that were turned away are asked to come back at the same time; a spread keeps them from doing so.
    return Math.min((asked ?? 0) * 1000 + backoff, LONGEST_DELAY);
  }
  return error.status >= 500 && request.method !== 'POST' ? backoff : undefined;
}
