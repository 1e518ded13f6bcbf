import type { Agent, Dispatcher } from 'undici';

/** May throw; what it throws is why the request is not sent. */
export type Gate = () => void;

/** One HTTP request, as it goes to undici. */
export interface Exchange {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** Milliseconds until the answer has begun, and between two parts of it; 0 for no limit on the latter. */
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly signal: AbortSignal | undefined;
  /** Asked at the moment of writing to the socket: what waited for a connection must not slip past its time. */
  readonly gate: Gate | undefined;
}

/** What an exchange tells while the answer comes in. */
export interface Receiver {
  head(status: number, headers: Record<string, string | string[] | undefined>): void;
  data(chunk: Buffer): void;
}

/**
 * Sends a request and hands the answer over as it comes, without the queueing of a stream in between: the
 * receivers are synchronous. Resolves at the end of the answer; rejects where it breaks off or is aborted.
 */
export function exchange(agent: Agent, request: Exchange, receiver: Receiver): Promise<void> {
  const { signal, gate } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let running: Dispatcher.DispatchController | undefined;
    const abort = () => (running ? running.abort(signal?.reason) : settle(() => reject(signal?.reason)));
    const settle = (how: () => void) => {
      signal?.removeEventListener('abort', abort);
      how();
    };
    signal?.addEventListener('abort', abort, { once: true });
    agent.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body,
        headersTimeout: request.headersTimeout,
        bodyTimeout: request.bodyTimeout,
      },
      {
        onRequestStart(controller) {
          running = controller;
          if (signal?.aborted) throw signal.reason;
          gate?.();
        },
        onResponseStart: (_controller, status, headers) => receiver.head(status, headers),
        onResponseData: (_controller, chunk) => receiver.data(chunk),
        onResponseEnd: () => settle(resolve),
        onResponseError: (_controller, error) => settle(() => reject(error)),
      },
    );
  });
}
