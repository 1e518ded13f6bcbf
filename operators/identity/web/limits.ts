import type { Instant } from '../store/records.ts';

/** How often something may be tried: `burst` times at once, and one more every `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/** Counts tries by key (an address, a name) in bounded memory. */
export interface Limiter {
  /** Whether one more try is let through. */
  take(key: string): boolean;
}

interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

/** What is in a bucket after a while. */
const refill = (bucket: Bucket, rate: Rate, now: Instant): number =>
  Math.min(rate.burst, bucket.tokens + (now - bucket.at) / rate.everyMs);

/**
 * A token bucket for each key. At most `most` keys are remembered; past that the one tried longest ago is
 * forgotten: who has so many addresses that it matters could as well wait.
 */
export function createLimiter(rate: Rate, now: () => Instant, most = 10_000): Limiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const at = now();
      const tokens = refill(buckets.get(key) ?? { tokens: rate.burst, at }, rate, at);
      buckets.delete(key);
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      if (buckets.size > most) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return tokens >= 1;
    },
  };
}
