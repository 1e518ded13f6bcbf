import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { SignInView } from '../pages/views.ts';
import { type Proof, proveSignIn, type Refused, signInOptions } from '../passkeys/sign-in.ts';
import { isSafe } from '../people/safety.ts';
import { endSessions } from '../sessions/ending.ts';
import { closingCookie } from '../sessions/open.ts';
import { signOutReach } from '../sessions/reach.ts';
import { homeOrigins } from './guard.ts';
import { onward, safetyPath } from './onward.ts';
import { openSession } from './open-session.ts';
import type { Rates } from './rates.ts';
import { Refusal } from './refusal.ts';
import { sendPage } from './send.ts';
import { placeOf, visitorOf } from './visitor.ts';

interface SignInQuery {
  readonly to?: string;
  readonly again?: string;
}

/** Signing in and out. */
export const signInPlugin =
  (identity: Identity, rates: Rates): FastifyPluginAsync =>
  async (server) => {
    server.get<{ Querystring: SignInQuery }>('/sign-in', (request, reply) => {
      const to = onward(request.query.to, identity.issuer);
      const again = request.query.again === '1';
      const signedIn = identity.sessions.ofCookie(request.headers.cookie);
      if (signedIn !== undefined && !again) return reply.redirect(to, 303);
      return signInPage(identity, reply, { to, again: signedIn !== undefined });
    });
    server.post('/sign-in/options', async (request) => {
      rates.check('ask', placeOf(request.ip));
      return signInOptions(identity);
    });
    server.post<{ Body: { response?: unknown; to?: unknown } | null }>(
      '/sign-in/verify',
      async (request, reply) => {
        rates.check('prove', placeOf(request.ip));
        const to = onward(request.body?.to, identity.issuer);
        const proof = await proveSignIn(identity, request.body?.response);
        if ('refused' in proof) return refuse(identity, request, proof);
        await open(identity, request, reply, proof);
        const safe = await isSafe(identity.store, proof.account.sub);
        return reply.send({ location: safe ? to : safetyPath(to) });
      },
    );
    server.post('/sign-out', (request, reply) => signOut(identity, request, reply, 'here'));
    server.post('/sign-out/everywhere', (request, reply) => signOut(identity, request, reply, 'everywhere'));
  };

/** Answers with the page on which people sign in. */
export const signInPage = (identity: Identity, reply: FastifyReply, view: SignInView): FastifyReply =>
  sendPage(reply, identity.pages.signIn({}, view), [homeOrigins(identity.issuer)]);

async function open(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  proof: Proof,
): Promise<void> {
  const { account, passkey, counter, ticket } = proof;
  const opened = await openSession(identity, request, reply, proof, (session, { goesOn }) =>
    identity.store.sessions.open(session, { ticket, counter, goesOn }),
  );
  if (!opened) await refuse(identity, request, { refused: 'answer used before', account, passkey });
}

async function refuse(
  identity: Identity,
  request: FastifyRequest,
  { refused, account, passkey }: Refused,
): Promise<never> {
  await identity.audit({
    event: 'sign-in-refused',
    address: visitorOf(request).address,
    detail: refused,
    ...(account && { sub: account.sub, user: account.name }),
    ...(passkey && { device: passkey.name }),
  });
  identity.metrics.signIn('refused');
  throw new Refusal(
    403,
    'This passkey does not open anything here',
    'It may have been removed, or is for another home. Try another device, or a recovery code.',
  );
}

async function signOut(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  how: 'here' | 'everywhere',
): Promise<FastifyReply> {
  const signedIn = identity.sessions.ofCookie(request.headers.cookie);
  reply.header('set-cookie', closingCookie());
  if (signedIn === undefined) return sendPage(reply, identity.pages.signedOut({}, { apps: [] }));
  const { account, session } = signedIn;
  const ends = how === 'here' ? [session] : identity.sessions.of(account.sub);
  await endSessions(
    identity,
    ends.map(({ id }) => id),
  );
  await identity.audit({
    event: 'sign-out',
    sub: account.sub,
    user: account.name,
    address: visitorOf(request).address,
    detail: how,
  });
  const apps = identity.clients.all().filter((client) => mayEnter(account, client));
  return sendPage(reply, identity.pages.signedOut({}, { apps: apps.map(signOutReach) }));
}
