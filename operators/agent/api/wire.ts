import { Agent } from 'node:https';
import { backoffDelay } from '@hearth/runtime/backoff';
import { pause, systemClock } from '@hearth/runtime/clock';
import { ApiError, type StatusBody, Unreachable } from '@hearth/runtime/cluster/errors';
import type { ReflectorOptions } from '@hearth/runtime/watch/reflector';
import { exchange, type Head } from './exchange.ts';

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
  /** Ends every connection, with what is under way on it. What is asked later goes over new ones. */
  close(): void;
}

const ATTEMPTS = 3;
const BACKOFF = { first: 200, longest: 5_000 };
/** Bytes of an answer that is no stream. */
const LONGEST_ANSWER = 8 * 2 ** 20;

/**
 * The Kubernetes API over Node's own HTTPS: the operators' transport is made for many requests at once, and takes 25 MB
 * more, which a small machine would rather keep.
 */
export function createWire(options: WireOptions): Wire & Ending {
  const connections = createConnections(options);
  let heard = Number.NEGATIVE_INFINITY;
  const send: Send = async (request, streaming, data) => {
    const ask = async (refused: boolean) => {
      const bearer = await options.token(refused);
      const way = { agent: connections.now(), server: options.where().server, bearer, streaming };
      const head = await exchange(request, way, data);
      heard = performance.now();
      return head;
    };
    const head = await ask(false);
    return head.status === 401 ? ask(true) : head;
  };
  return {
    async request<T>(request: Request): Promise<T> {
      const signal = request.signal ?? new AbortController().signal;
      for (let attempt = 1; ; attempt++) {
        try {
          return await answered<T>(request, send);
        } catch (error) {
          const isLast = attempt >= (request.attempts ?? ATTEMPTS);
          if (signal.aborted || isLast || !mayRepeat(request, error)) throw error;
        }
        await pause(systemClock, backoffDelay(attempt, BACKOFF), signal);
        signal.throwIfAborted();
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
    close: connections.close,
  };
}

/** Connections are of one authority: with another come others. */
function createConnections({ where }: WireOptions) {
  let agent: Agent | undefined;
  let trusted = '';
  return {
    now(): Agent {
      const { authority } = where();
      if (agent && authority === trusted) return agent;
      agent?.destroy();
      trusted = authority;
      agent = new Agent({ keepAlive: true, ca: authority, maxSockets: 8 });
      return agent;
    },
    close() {
      agent?.destroy();
      agent = undefined;
    },
  };
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
