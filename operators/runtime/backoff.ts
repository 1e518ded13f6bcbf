/** How delays grow. Times in milliseconds. */
export interface BackoffOptions {
  /** The middle of the first delay; each further one is twice as long. */
  readonly first: number;
  /** No delay is longer. */
  readonly longest: number;
  /** From 0 up to 1, as Math.random. */
  readonly random?: () => number;
}

/**
 * The delay before attempt `failures + 1`: exponential, spread by half to either side so that crowds disperse. Where it
 * can grow no more it is spread all the same: a long delay is what a crowd comes to.
 */
export function backoffDelay(
  failures: number,
  { first, longest, random = Math.random }: BackoffOptions,
): number {
  const middle = Math.min(first * 2 ** Math.min(Math.max(failures - 1, 0), 40), longest / 1.5);
  return middle * (0.5 + random());
}

/** Counts failures per key. */
export interface KeyBackoff {
  /** Counts one more failure and returns the delay that it earns. */
  next(key: string): number;
  /** The key did well: its next failure is the first again. */
  forget(key: string): void;
}

/** Backoff for a queue: it never gives up, and knows nothing of keys that do well. */
export function createKeyBackoff(options: BackoffOptions): KeyBackoff {
  const failures = new Map<string, number>();
  return {
    next(key) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      return backoffDelay(count, options);
    },
    forget: (key) => void failures.delete(key),
  };
}
