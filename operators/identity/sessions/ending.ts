import type { Identity } from '../identity.ts';
import type { Client, Ending, Instant, SessionClient } from '../store/records.ts';

/** What is known when sessions end, or when an app is no longer open to somebody. */
export interface EndingFacts {
  readonly sub: string;
  /** Sessions that end; empty where only apps are left. */
  readonly sessions: readonly string[];
  /** What ends with them: the apps opened in them, or those that are left. */
  readonly joined: readonly SessionClient[];
  readonly client: (id: string) => Pick<Client, 'signOutUri'> | undefined;
  /** The apps have been told already. */
  readonly told: boolean;
}

/** What ends with sessions and apps, and who is to be told now: the apps that take it. */
export function planEnding(facts: EndingFacts, now: Instant, randomId: () => string): Ending {
  const ends = new Set(facts.sessions);
  const takesLogouts = (id: string) => facts.client(id)?.signOutUri !== undefined;
  return {
    sessions: facts.sessions,
    left: facts.joined
      .filter(({ session }) => !ends.has(session))
      .map(({ session, client }) => ({ session, client })),
    oidcSessions: [
      ...new Set(facts.joined.filter(({ session }) => ends.has(session)).map((one) => one.oidcSession)),
    ],
    grants: [...new Set(facts.joined.map(({ grant }) => grant))],
    tell: facts.told
      ? []
      : facts.joined
          .filter(({ client }) => takesLogouts(client))
          .map(({ client, sid }) => ({ id: randomId(), client, sub: facts.sub, sid, tries: 0, due: now })),
  };
}

/**
 * Ends sessions of one person, with all tokens given out in them, in one step; the apps that take back-channel
 * logouts are told right after, however often that has to be tried.
 */
export async function endSessions(
  identity: Identity,
  sub: string,
  sessions: readonly string[],
  { told = false }: { readonly told?: boolean } = {},
): Promise<void> {
  if (sessions.length === 0) return;
  const ends = new Set(sessions);
  const joined = (await identity.store.sessions.joined({ sub })).filter(({ session }) => ends.has(session));
  await carryOut(identity, { sub, sessions, joined, told });
}

/** Takes apps away from a person, in all sessions: their tokens are void, and those that take it are told. */
export async function leaveApps(
  identity: Identity,
  sub: string,
  leaves: (client: string) => boolean,
): Promise<void> {
  const joined = (await identity.store.sessions.joined({ sub })).filter(({ client }) => leaves(client));
  if (joined.length > 0) await carryOut(identity, { sub, sessions: [], joined, told: false });
}

async function carryOut(identity: Identity, facts: Omit<EndingFacts, 'client'>): Promise<void> {
  const ending = planEnding(
    { ...facts, client: identity.clients.find },
    identity.clock.now().getTime(),
    identity.randomId,
  );
  await identity.store.sessions.end(ending);
  if (ending.tell.length > 0) identity.logouts.wake();
}
