/** Time, as the runtime and the reconcilers see it; a test passes its own. */
export interface Clock {
  /** The time of day. */
  now(): Date;
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  monotonic(): number;
  /** Calls back once after `milliseconds`. The returned function cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest delay that setTimeout takes; beyond it, it would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `milliseconds`, or as soon as the signal is aborted, whichever comes first. Never rejects. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * Aborts the controller together with the signal, until the returned function is called. (AbortSignal.any never lets
 * go: at each call it leaves a trace in the signal, and some live as long as the process.)
 */
export function abortWith(controller: AbortController, signal: AbortSignal): () => void {
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/**
 * Runs something under a signal that is aborted together with another, or with a TimeoutError when the time is up.
 * @throws what it throws; to end when its signal is aborted is its own affair.
 */
export async function within<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const letGo = abortWith(limited, signal);
  const cancel = clock.after(milliseconds, () =>
    limited.abort(new DOMException(`not done within ${milliseconds / 1000} s`, 'TimeoutError')),
  );
  try {
    return await run(limited.signal);
  } finally {
    letGo();
    cancel();
  }
}
