import { mayBeHere, mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { Account, Client, JoinedClient, Session } from '../store/records.ts';
import { carryOut } from './ending.ts';

/** Who is signed in, and where, beside who may be. */
export interface AccessFacts {
  readonly sessions: readonly Session[];
  readonly joined: readonly JoinedClient[];
  readonly account: (sub: string) => Account | undefined;
  readonly client: (id: string) => Client | undefined;
}

/** What is no longer to be: sessions of people who are not here, and apps that they may not enter, or that are gone. */
export function planAccess({ sessions, joined, account, client }: AccessFacts): {
  readonly sessions: readonly string[];
  readonly joined: readonly JoinedClient[];
} {
  const ends = new Set(sessions.filter(({ sub }) => !mayBeHere(account(sub))).map(({ id }) => id));
  return {
    sessions: [...ends],
    joined: joined.filter((one) => {
      const [person, app] = [account(one.sub), client(one.client)];
      return ends.has(one.session) || !person || !app || !mayEnter(person, app);
    }),
  };
}

/**
 * Takes from people what is no longer theirs. Compares what is with what may be, not with what was: whatever an earlier
 * pass was cut off from, the next one does.
 */
export async function enforceAccess(identity: Identity): Promise<void> {
  const ends = planAccess({
    sessions: identity.sessions.all(),
    joined: await identity.store.sessions.joined('all'),
    account: identity.people.bySub,
    client: identity.clients.find,
  });
  if (ends.sessions.length === 0 && ends.joined.length === 0) return;
  await carryOut(identity, { ...ends, told: false });
}
