import { mayBeHere } from '../clients/access.ts';
import { digest } from '../keys/keys.ts';
import type { People } from '../people/people.ts';
import type { Account, Instant, Session, StoredSession } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import { cookieValues, SESSION_COOKIE } from './cookie.ts';
import { isLive, isSeenAgain } from './lifetime.ts';
import { createSeeker } from './seeker.ts';
import { createSessionIndex, type SessionIndex } from './session-index.ts';

/** A session that opens something now, and whose it is. */
export interface SignedIn {
  readonly session: Session;
  readonly account: Account;
}

/** The live sessions, from memory. What these give was checked: neither ended nor expired, the person not disabled. */
export interface Sessions {
  /** Of the browser that sent this `Cookie` header to identity's own host. */
  ofCookie(header: string | undefined): SignedIn | undefined;
  byId(id: string): SignedIn | undefined;
  /** A person's sessions, those that opened nothing for too long among them: tokens given out in them may still work. */
  of(sub: string): readonly Session[];
  /** All that are in memory, expired ones and those of people who are not here among them. */
  all(): readonly Session[];
  /** Notes that a session is being used; written to the store once in a while. */
  touch(session: Session): void;
  /** Writes to the store when sessions were last used. */
  flush(): Promise<void>;
  /**
   * Looks in the store for the sessions of cookies that are not known here: another replica may have opened them a moment
   * ago. Once for each cookie, and only while `mayAsk` lets it: anybody can make up cookies.
   */
  recognise(header: string | undefined, mayAsk: () => boolean): Promise<void>;
  /** Reads one session again, or all. */
  load(id?: string): Promise<void>;
}

/** The sessions that a store keeps; `load` them first. */
export function createSessions(store: Pick<Store, 'sessions'>, people: People, now: () => Instant): Sessions {
  const index = createSessionIndex();
  const seen = new Map<string, Instant>();
  const inTurn = createTurns();
  const seeker = createSeeker(store, index, inTurn);

  function signedIn(session: StoredSession | undefined): SignedIn | undefined {
    if (session === undefined || !isLive(session, now())) return undefined;
    const account = people.bySub(session.sub);
    return mayBeHere(account) ? { session, account } : undefined;
  }

  return {
    ofCookie: (header) =>
      cookieValues(header, SESSION_COOKIE)
        .map((value) => signedIn(index.byDigest(digest(value))))
        .find((one) => one !== undefined),
    byId: (id) => signedIn(index.byId(id)),
    of: index.of,
    all: index.all,
    touch(session) {
      const known = index.byId(session.id);
      const time = now();
      if (known === undefined || !isSeenAgain(known, time)) return;
      index.keep({ ...known, seen: time });
      seen.set(session.id, time);
    },
    async flush() {
      const noted = new Map(seen);
      seen.clear();
      if (noted.size > 0) await store.sessions.seen(noted);
    },
    recognise: (header, mayAsk) => seeker.seek(cookieValues(header, SESSION_COOKIE), mayAsk),
    load: (id) => inTurn(() => (id === undefined ? loadAll(store, index) : loadOne(store, index, id))),
  };
}

async function loadAll(store: Pick<Store, 'sessions'>, index: SessionIndex): Promise<void> {
  const stored = await store.sessions.all();
  for (const { id } of index.all()) index.forget(id);
  for (const session of stored) index.keep(session);
}

async function loadOne(store: Pick<Store, 'sessions'>, index: SessionIndex, id: string): Promise<void> {
  const stored = await store.sessions.find(id);
  if (stored === undefined) index.forget(id);
  else index.keep(stored);
}
