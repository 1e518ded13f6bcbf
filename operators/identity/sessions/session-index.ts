import type { StoredSession } from '../store/records.ts';

/** Sessions in memory, found by their id, by the digest of their cookie, and by whose they are. */
export interface SessionIndex {
  byId(id: string): StoredSession | undefined;
  byDigest(digest: string): StoredSession | undefined;
  of(sub: string): readonly StoredSession[];
  all(): readonly StoredSession[];
  /** Takes one in, in the place of the one with its id. */
  keep(session: StoredSession): void;
  forget(id: string): void;
}

/** An index of no sessions. */
export function createSessionIndex(): SessionIndex {
  const byId = new Map<string, StoredSession>();
  const byDigest = new Map<string, StoredSession>();
  const bySub = new Map<string, Set<string>>();
  const index: SessionIndex = {
    byId: (id) => byId.get(id),
    byDigest: (digest) => byDigest.get(digest),
    of: (sub) => [...(bySub.get(sub) ?? [])].flatMap((id) => byId.get(id) ?? []),
    all: () => [...byId.values()],
    keep(session) {
      index.forget(session.id);
      byId.set(session.id, session);
      byDigest.set(session.digest, session);
      bySub.set(session.sub, (bySub.get(session.sub) ?? new Set()).add(session.id));
    },
    forget(id) {
      const session = byId.get(id);
      if (session === undefined) return;
      byId.delete(id);
      byDigest.delete(session.digest);
      const siblings = bySub.get(session.sub);
      siblings?.delete(id);
      if (siblings?.size === 0) bySub.delete(session.sub);
    },
  };
  return index;
}
