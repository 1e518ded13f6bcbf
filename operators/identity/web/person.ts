import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';
import type { Frame } from '../pages/views.ts';
import { isSafe } from '../people/safety.ts';
import type { SignedIn } from '../sessions/sessions.ts';
import type { AuditEntry } from '../store/records.ts';
import { field } from './forms.ts';
import { safetyPath, signInPath } from './onward.ts';
import { Refusal } from './refusal.ts';
import { visitorOf } from './visitor.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, on routes for people who are. */
    signedIn: SignedIn | null;
  }
  interface FastifyContextConfig {
    /** Open to people without a second way in: it is where they get one. */
    readonly unsafe?: boolean;
    /** Changes how somebody gets in: they must have shown a passkey just now. */
    readonly fresh?: boolean;
  }
}

/** For how long a sign-in counts as just now. */
const FRESH = 15 * 60_000;

/**
 * Lets only people who are signed in to the routes of a plugin; others are sent to sign in, and to get a second way in,
 * and come back. A script is told where to go: `{ location }` beside the message.
 */
export function forPeople(server: FastifyInstance, identity: Identity): void {
  server.decorateRequest('signedIn', null);
  server.addHook('preHandler', async (request, reply) => {
    const signedIn = identity.sessions.ofCookie(request.headers.cookie);
    const { unsafe = false, fresh = false } = request.routeOptions.config;
    if (signedIn === undefined) return detour(request, reply, signInPath(wayBack(request)));
    const stale = signedIn.session.created + FRESH < identity.clock.now().getTime();
    if (fresh && stale) return detour(request, reply, signInPath(wayBack(request), { again: true }));
    if (!unsafe && !(await isSafe(identity.store, signedIn.account.sub))) {
      return detour(request, reply, safetyPath(wayBack(request)));
    }
    identity.sessions.touch(signedIn.session);
    request.signedIn = signedIn;
  });
}

/**
 * Where to come back to: the page, or for what a page has sent, the page it was on, which says that it is not done yet,
 * and still knows where the person wanted to go on.
 */
function wayBack(request: FastifyRequest): string {
  if (request.method === 'GET') return request.url;
  const from = request.headers.referer;
  if (from === undefined || !URL.canParse(from)) return '/?notice=again';
  const { pathname, searchParams } = new URL(from);
  const to = field(request.body, 'to', 2048);
  if (to !== '' && !searchParams.has('to')) searchParams.set('to', to);
  searchParams.set('notice', 'again');
  return `${pathname}?${searchParams}`;
}

function detour(request: FastifyRequest, reply: FastifyReply, location: string): FastifyReply {
  if (request.headers['content-type']?.startsWith('application/json') === true) {
    return reply.code(401).send({ message: 'Sign in with a passkey first.', location });
  }
  return reply.redirect(location, 303);
}

/** Who is signed in; only on routes for people. */
export function whoIs(request: FastifyRequest): SignedIn {
  if (request.signedIn === null)
    throw new Refusal(403, 'You are not signed in', 'Sign in, and try it again.');
  return request.signedIn;
}

/** The frame of a page for somebody who is signed in. */
export const frameOf = (request: FastifyRequest, here?: Frame['here']): Frame => {
  const { account } = whoIs(request);
  const said = NOTICES.get(String(Reflect.get(Object(request.query), 'notice')));
  return {
    person: { name: account.name, displayName: account.displayName },
    ...(here && { here }),
    ...(said !== undefined && { notice: said }),
  };
};

/** What a page can say once about the action before it. Only the key is in the address, so that nobody else’s words get in. */
const NOTICES: ReadonlyMap<string, string> = new Map([
  ['again', 'That is not done yet: please do it once more.'],
  ['device-added', 'The device is added: it can sign you in from now on.'],
  [
    'device-removed',
    'The device is removed. What was signed in with it is signed out. If you have lost it, make new recovery codes, and look through your app passwords: whoever has it may have made some.',
  ],
  ['device-renamed', 'The device has its new name.'],
  ['codes-kept', 'The recovery codes are in force. Older ones no longer work.'],
  ['password-removed', 'The app password is removed. The app that used it is locked out.'],
  ['session-ended', 'The session is ended.'],
]);

/** A line of the audit trail about who is signed in. */
export function noteOf(
  request: FastifyRequest,
  entry: Omit<AuditEntry, 'sub' | 'user' | 'address'>,
): AuditEntry {
  const { account } = whoIs(request);
  return { ...entry, sub: account.sub, user: account.name, address: visitorOf(request).address };
}
