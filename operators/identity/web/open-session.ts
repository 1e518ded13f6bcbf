import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';
import { endSessions } from '../sessions/ending.ts';
import { surplus } from '../sessions/lifetime.ts';
import { newSession } from '../sessions/open.ts';
import type { Account, Passkey, StoredSession } from '../store/records.ts';
import { visitorOf } from './visitor.ts';

/** Somebody who has proved who they are. */
interface Proven {
  readonly account: Account;
  readonly passkey: Pick<Passkey, 'id' | 'name'>;
}

/** Keeps a session, together with taking what allows it. False where that had been taken before. */
type Keep = (session: StoredSession, how: { readonly goesOn: boolean }) => Promise<boolean>;

/**
 * Signs somebody in, in this browser. Their session there goes on, with the apps that were opened in it; somebody else's
 * ends. False, and nothing happened, where it can't be kept.
 */
export async function openSession(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  { account, passkey }: Proven,
  keep: Keep,
): Promise<boolean> {
  const { sub, name } = account;
  const before = identity.sessions.ofCookie(request.headers.cookie)?.session;
  const goesOn = before?.sub === sub ? before.id : undefined;
  const visitor = visitorOf(request);
  const now = identity.clock.now().getTime();
  const opening = newSession({ sub, passkey: passkey.id, goesOn }, visitor, now, identity.random);
  const others = identity.sessions.of(sub).filter(({ id }) => id !== goesOn);
  if (!(await keep(opening.session, { goesOn: goesOn !== undefined }))) return false;
  reply.header('set-cookie', opening.cookie);
  const replaced = before !== undefined && goesOn === undefined ? [before] : [];
  const ends = [...replaced, ...surplus(others)].map(({ id }) => id);
  await endSessions(identity, ends);
  const { address, browser } = visitor;
  await identity.audit({ event: 'sign-in', sub, user: name, device: passkey.name, address, detail: browser });
  identity.metrics.signIn('opened');
  return true;
}
