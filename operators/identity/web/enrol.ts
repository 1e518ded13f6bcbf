import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mayBeHere } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import { digest } from '../keys/keys.ts';
import { enrolOptions, proveEnrolment } from '../passkeys/enrol.ts';
import { isSafe } from '../people/safety.ts';
import { cookieValues, hostCookie } from '../sessions/cookie.ts';
import type { Account, EnrolmentLink } from '../store/records.ts';
import { deviceName } from './browser.ts';
import { field } from './forms.ts';
import { safetyPath } from './onward.ts';
import { openSession } from './open-session.ts';
import type { Rates } from './rates.ts';
import { LAUNCHER, Refusal } from './refusal.ts';
import { sendPage } from './send.ts';
import { placeOf, visitorOf } from './visitor.ts';

/** Holds the token of a one-time link while its bearer makes a passkey. */
export const ENROL_COOKIE = '__Host-hearth-enrol';

/** Enrolling a device by a one-time link. Opening the link takes nothing: chats open links before people do. */
export const enrolPlugin =
  (identity: Identity, rates: Rates): FastifyPluginAsync =>
  async (server) => {
    server.get<{ Params: { token: string } }>('/enrol/:token', async (request, reply) => {
      rates.check('link', placeOf(request.ip));
      await linkOf(identity, request.params.token);
      return reply
        .header('set-cookie', hostCookie(ENROL_COOKIE, request.params.token))
        .redirect('/enrol', 303);
    });
    server.get('/enrol', async (request, reply) => {
      const { account } = await bearer(identity, request);
      const view = {
        name: account.name,
        displayName: account.displayName,
        further: (await identity.store.passkeys.of(account.sub)).length > 0,
        device: deviceName(request.headers['user-agent']),
      };
      return sendPage(reply, identity.pages.enrol({}, view));
    });
    server.post('/enrol/options', async (request) => {
      rates.check('ask', placeOf(request.ip));
      return enrolOptions(identity, (await bearer(identity, request)).account);
    });
    server.post<{ Body: { response?: unknown } | null }>('/enrol/verify', (request, reply) => {
      rates.check('prove', placeOf(request.ip));
      return enrol(identity, request, reply);
    });
  };

async function enrol(
  identity: Identity,
  request: FastifyRequest<{ Body: { response?: unknown } | null }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { link, account } = await bearer(identity, request);
  const name = field(request.body, 'name') || deviceName(request.headers['user-agent']);
  const made = await proveEnrolment(identity, account, request.body?.response, name);
  if (made === undefined) throw notMade();
  const { passkey, ticket } = made;
  const further = (await identity.store.passkeys.of(account.sub)).length > 0;
  const opened = await openSession(identity, request, reply, { account, passkey }, (session, { goesOn }) =>
    identity.store.passkeys.add(passkey, {
      ticket,
      link: link.digest,
      session,
      now: passkey.created,
      goesOn,
    }),
  );
  if (!opened) throw gone();
  reply.header('set-cookie', hostCookie(ENROL_COOKIE, '', 0));
  await identity.audit({
    event: 'device-added',
    sub: account.sub,
    user: account.name,
    device: passkey.name,
    address: visitorOf(request).address,
    detail: 'by a link',
  });
  const then = further ? '/devices?notice=device-added' : '/';
  return reply.send({ location: (await isSafe(identity.store, account.sub)) ? then : safetyPath(then) });
}

/** Told where an authenticator has made something else than was asked for. */
export const notMade = (): Refusal =>
  new Refusal(
    400,
    'No passkey was made',
    'Try it again. If it keeps happening, try another browser or device.',
  );

const gone = (): Refusal =>
  new Refusal(
    410,
    'This link no longer works',
    'It was used, has expired, or a newer one was made. Ask whoever looks after the home for another.',
    LAUNCHER,
  );

/** A link, and whose it is; throws where it is no more. */
async function linkOf(identity: Identity, token: string): Promise<{ link: EnrolmentLink; account: Account }> {
  const link = await identity.store.links.find(digest(token));
  const account = link && identity.people.bySub(link.sub);
  if (link === undefined || link.expires <= identity.clock.now().getTime() || !mayBeHere(account))
    throw gone();
  return { link, account };
}

async function bearer(identity: Identity, request: FastifyRequest) {
  const [token] = cookieValues(request.headers.cookie, ENROL_COOKIE);
  if (token === undefined) throw gone();
  return linkOf(identity, token);
}
