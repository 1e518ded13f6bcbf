import { mayBeHere, mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { Account, Client, Instant, JoinedClient, Session } from '../store/records.ts';
import { carryOut } from './ending.ts';
import { isOver } from './lifetime.ts';

/** Who is signed in, and where, beside who may be. */
export interface AccessFacts {
  readonly sessions: readonly Session[];
  readonly joined: readonly JoinedClient[];
  /** The ids of all passkeys. */
  readonly passkeys: ReadonlySet<string>;
  readonly account: (sub: string) => Account | undefined;
  readonly client: (id: string) => Client | undefined;
}

/**
 * What is no longer to be: sessions that are over, of people who are not here, or opened with a passkey that was
 * removed; and apps that their person may not enter, or that are gone.
 */
export function planAccess(
  { sessions, joined, passkeys, account, client }: AccessFacts,
  now: Instant,
): {
  readonly sessions: readonly string[];
  readonly joined: readonly JoinedClient[];
} {
  const mayGoOn = (session: Session) =>
    !isOver(session, now) && passkeys.has(session.passkey) && mayBeHere(account(session.sub));
  const ends = new Set(sessions.filter((session) => !mayGoOn(session)).map(({ id }) => id));
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
 * pass was cut off from, the next one does. What is, the store says: what another replica has just opened may not be in
 * memory yet.
 */
export async function enforceAccess(identity: Identity): Promise<void> {
  const { store, people, clients, clock } = identity;
  // Sessions first: what they stand on was there before them, and is read after them.
  const sessions = await store.sessions.all();
  const [joined, passkeys] = await Promise.all([
    store.sessions.joined('all'),
    store.passkeys.ids(),
    people.load(),
    clients.load(),
  ]);
  const facts = { sessions, joined, passkeys, account: people.bySub, client: clients.find };
  const ends = planAccess(facts, clock.now().getTime());
  if (ends.sessions.length === 0 && ends.joined.length === 0) return;
  await carryOut(identity, { ...ends, told: false });
}
