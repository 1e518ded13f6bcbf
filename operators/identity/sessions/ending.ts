import type { Identity } from '../identity.ts';
import type { Client, Ending, Instant, JoinedClient } from '../store/records.ts';

/** What is known when sessions end, or when an app is no longer open to somebody. */
export interface EndingFacts {
  /** Sessions that end; empty where only apps are left. */
  readonly sessions: readonly string[];
  /** What ends with them: the apps opened in them, or those that are left. */
  readonly joined: readonly JoinedClient[];
  readonly client: (id: string) => Pick<Client, 'signOutUri'> | undefined;
  /** The apps have been told already. */
  readonly told: boolean;
}

/** What ends with sessions and apps, and who is to be told now: the apps that take it. */
export function planEnding(facts: EndingFacts, now: Instant, randomId: () => string): Ending {
  const ends = new Set(facts.sessions);
  const [within, left] = [
    facts.joined.filter(({ session }) => ends.has(session)),
    facts.joined.filter(({ session }) => !ends.has(session)),
  ];
  const takesLogouts = ({ client }: JoinedClient) => facts.client(client)?.signOutUri !== undefined;
  return {
    sessions: facts.sessions,
    left: left.map(({ session, client }) => ({ session, client })),
    oidcSessions: [...new Set(within.map(({ oidcSession }) => oidcSession))],
    grants: [...new Set(facts.joined.map(({ grant }) => grant))],
    tell: facts.told
      ? []
      : facts.joined
          .filter(takesLogouts)
          .map(({ client, sub, sid }) => ({ id: randomId(), client, sub, sid, tries: 0, due: now })),
  };
}

/**
 * Ends sessions, with all tokens given out in them, in one step; the apps that take back-channel logouts are told right
 * after, however often that has to be tried.
 */
export async function endSessions(
  identity: Identity,
  sessions: readonly string[],
  { told = false }: { readonly told?: boolean } = {},
): Promise<void> {
  if (sessions.length === 0) return;
  const joined = await Promise.all(sessions.map((session) => identity.store.sessions.joined({ session })));
  await carryOut(identity, { sessions, joined: joined.flat(), told });
}

/** Ends sessions, and takes apps away from sessions that go on. */
export async function carryOut(identity: Identity, facts: Omit<EndingFacts, 'client'>): Promise<void> {
  const now = identity.clock.now().getTime();
  const ending = planEnding({ ...facts, client: identity.clients.find }, now, identity.randomId);
  await identity.store.sessions.end(ending);
  if (ending.tell.length > 0) identity.logouts.wake();
}
