import { digest } from '../keys/keys.ts';
import type { Store } from '../store/store.ts';
import { isToken } from './open.ts';
import { createRecent } from './recent.ts';
import type { SessionIndex } from './session-index.ts';

/** Looks in the store for sessions that are not in memory. */
interface Seeker {
  /** Looks for the sessions of cookies, once for each that is not known, and only while `mayAsk` lets it. */
  seek(cookies: readonly string[], mayAsk: () => boolean): Promise<void>;
}

/** How many cookies of no session are remembered: browsers whose session has ended send theirs again and again. */
const MOST_ABSENT = 1000;

/**
 * One that puts what it finds into an index. It reads in turn with what else is read into it: an ending that is heard of
 * meanwhile comes after it.
 */
export function createSeeker(
  store: Pick<Store, 'sessions'>,
  index: SessionIndex,
  inTurn: (work: () => Promise<void>) => Promise<void>,
): Seeker {
  // A cookie is given out after its session was stored: what is not there when it comes never will be.
  const absent = createRecent(MOST_ABSENT);
  const isSettled = (sought: string) => index.byDigest(sought) !== undefined || absent.has(sought);

  async function look(sought: string): Promise<void> {
    if (isSettled(sought)) return;
    const stored = await store.sessions.findByDigest(sought);
    if (stored === undefined) absent.add(sought);
    else index.keep(stored);
  }

  return {
    async seek(cookies, mayAsk) {
      for (const sought of cookies.filter(isToken).map(digest)) {
        if (!isSettled(sought) && mayAsk()) await inTurn(() => look(sought));
      }
    },
  };
}
