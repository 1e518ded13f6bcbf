import type { Instant } from '../store/records.ts';
import { createLimiter, type Limiter, type Rate } from './limits.ts';
import { Refusal } from './refusal.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What may be tried how often. A household shares a place; a name is one person's. */
const rates = {
  /** Asking for options: costs little, but not nothing. */
  ask: { burst: 120, everyMs: SECOND },
  /** Showing a passkey, or opening a link. */
  prove: { burst: 40, everyMs: 2 * SECOND },
  /** Typing a recovery code, from one place. */
  recoverFrom: { burst: 10, everyMs: 5 * MINUTE },
  /** Typing a recovery code of one person. */
  recoverAs: { burst: 5, everyMs: 30 * MINUTE },
} as const satisfies Record<string, Rate>;

/** Counts what is tried. */
export interface Rates {
  /** Throws a refusal where it has been tried too often. */
  check(what: keyof typeof rates, key: string): void;
}

/** Counters in bounded memory: a replica each, so that the bounds hold for one of them. */
export function createRates(now: () => Instant): Rates {
  const limiters = new Map<string, Limiter>(
    Object.entries(rates).map(([name, rate]) => [name, createLimiter(rate, now)]),
  );
  return {
    check(what, key) {
      if (limiters.get(what)?.take(key) !== true) {
        throw new Refusal(429, 'That was too often', 'Wait a few minutes, then try it again.');
      }
    },
  };
}
