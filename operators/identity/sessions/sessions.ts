import { mayBeHere } from '../clients/access.ts';
import { digest } from '../keys/keys.ts';
import type { People } from '../people/people.ts';
import type { Account, Instant, Session, StoredSession } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { cookieValues, SESSION_COOKIE } from './cookie.ts';
import { isLive, isSeenAgain } from './lifetime.ts';

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
  /** Reads one session again, or all. */
  load(id?: string): Promise<void>;
}

/** The sessions that a store keeps; `load` them first. */
export function createSessions(store: Pick<Store, 'sessions'>, people: People, now: () => Instant): Sessions {
  const byId = new Map<string, StoredSession>();
  const byDigest = new Map<string, StoredSession>();
  const bySub = new Map<string, Set<string>>();
  const seen = new Map<string, Instant>();

  function forget(id: string): void {
    const session = byId.get(id);
    if (session === undefined) return;
    byId.delete(id);
    byDigest.delete(session.digest);
    const siblings = bySub.get(session.sub);
    siblings?.delete(id);
    if (siblings?.size === 0) bySub.delete(session.sub);
  }

  function keep(session: StoredSession): void {
    forget(session.id);
    byId.set(session.id, session);
    byDigest.set(session.digest, session);
    const siblings = bySub.get(session.sub) ?? new Set();
    bySub.set(session.sub, siblings.add(session.id));
  }

  function signedIn(session: StoredSession | undefined): SignedIn | undefined {
    if (session === undefined || !isLive(session, now())) return undefined;
    const account = people.bySub(session.sub);
    return mayBeHere(account) ? { session, account } : undefined;
  }

  return {
    ofCookie(header) {
      for (const value of cookieValues(header, SESSION_COOKIE)) {
        const found = signedIn(byDigest.get(digest(value)));
        if (found !== undefined) return found;
      }
      return undefined;
    },
    byId: (id) => signedIn(byId.get(id)),
    of: (sub) => [...(bySub.get(sub) ?? [])].flatMap((id) => byId.get(id) ?? []),
    all: () => [...byId.values()],
    touch(session) {
      const known = byId.get(session.id);
      const time = now();
      if (known === undefined || !isSeenAgain(known, time)) return;
      keep({ ...known, seen: time });
      seen.set(session.id, time);
    },
    async flush() {
      if (seen.size === 0) return;
      const noted = new Map(seen);
      seen.clear();
      await store.sessions.seen(noted);
    },
    async load(id) {
      if (id === undefined) {
        const all = await store.sessions.all(now());
        for (const known of [...byId.keys()]) forget(known);
        for (const session of all) keep(session);
        return;
      }
      const session = await store.sessions.find(id);
      if (session === undefined) forget(id);
      else keep(session);
    },
  };
}
