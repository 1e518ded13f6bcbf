import type { Instant } from '../store/records.ts';
import { createLimiter, type Limiter, type Rate } from './limits.ts';
import { Refusal } from './refusal.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * What may be tried how often from one place, which a household shares. What any page of the web can have a browser
 * open is counted apart from what only our own pages can: else such a page could keep a household from signing in.
 */
const rates = {
  /** Asking for options: costs little, but not nothing. */
  ask: { burst: 120, everyMs: SECOND },
  /** Showing a passkey. */
  prove: { burst: 40, everyMs: 2 * SECOND },
  /** Opening a one-time link, whose token nobody can guess. */
  link: { burst: 240, everyMs: SECOND },
  /** Coming from an app to sign in or out: of each, up to 20 kB are remembered for an hour. */
  visit: { burst: 240, everyMs: SECOND },
  /** Coming with the cookie of a session that is not in memory: a household has few browsers, and anybody may make one up. */
  recognise: { burst: 60, everyMs: SECOND },
  /** Typing a recovery code, which nobody can guess either: this keeps the trail readable. */
  recover: { burst: 20, everyMs: MINUTE },
} as const satisfies Record<string, Rate>;

/** Counts what is tried. */
export interface Rates {
  /** Throws a refusal where it has been tried too often. */
  check(what: keyof typeof rates, key: string): void;
  /** The same for what can be left out: false where it has been tried too often. */
  allows(what: keyof typeof rates, key: string): boolean;
}

/** Counters in bounded memory: a replica each, so that the bounds hold for one of them. */
export function createRates(now: () => Instant): Rates {
  const limiters = new Map<string, Limiter>(
    Object.entries(rates).map(([name, rate]) => [name, createLimiter(rate, now)]),
  );
  const allows: Rates['allows'] = (what, key) => limiters.get(what)?.take(key) === true;
  return {
    allows,
    check(what, key) {
      if (!allows(what, key)) {
        throw new Refusal(429, 'That was too often', 'Wait a few minutes, then try it again.');
      }
    },
  };
}
