import { type BackoffOptions, createKeyBackoff } from './backoff.ts';
import { isUnavailable } from './cluster/errors.ts';
import type { PassEnd } from './pass.ts';

/** When to look at each object again, though nothing has changed. */
export interface Retries {
  /** Milliseconds after which to come back to a key whose pass has ended so; undefined where a change must come first. */
  after(key: string, end: PassEnd): number | undefined;
  /** The object is gone. */
  forget(key: string): void;
}

/** Retries never stop. */
const FAILED = { first: 250, longest: 5 * 60_000 };
/** That the API server is away is no fault of the object: soon after its return all is to be in order. */
const UNAVAILABLE = { first: 250, longest: 15_000 };

/**
 * Retries of the objects of one controller. Outages are counted apart from what goes wrong with an object: it is not to
 * wait for minutes, after an outage, because that one was long.
 */
export function createRetries(random?: BackoffOptions['random']): Retries {
  const spread = random ? { random } : {};
  const failures = createKeyBackoff({ ...FAILED, ...spread });
  const outages = createKeyBackoff({ ...UNAVAILABLE, ...spread });
  const isOutage = (end: PassEnd) => end.type === 'error' && isUnavailable(end.error);
  const forget = (key: string) => {
    failures.forget(key);
    outages.forget(key);
  };
  return {
    forget,
    after(key, end) {
      if (isOutage(end)) return outages.next(key);
      // Whoever leads next starts with every object, this one too.
      if (end.type === 'cut-off') return undefined;
      outages.forget(key);
      if (end.type !== 'outcome') return failures.next(key);
      const { type, after } = end.outcome;
      if (type === 'waiting' && after === undefined) return failures.next(key);
      forget(key);
      return after;
    },
  };
}
