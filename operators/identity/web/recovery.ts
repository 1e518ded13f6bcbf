import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mayBeHere } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import { freshLink } from '../people/links.ts';
import { isSafe } from '../people/safety.ts';
import { normalCode, recoveryCodes } from '../recovery/codes.ts';
import { hostCookie } from '../sessions/cookie.ts';
import { ENROL_COOKIE } from './enrol.ts';
import { field } from './forms.ts';
import { homeOrigins } from './guard.ts';
import { onward, safetyPath } from './onward.ts';
import { forPeople, frameOf, noteOf, whoIs } from './person.ts';
import type { Rates } from './rates.ts';
import { sendPage } from './send.ts';
import { placeOf, visitorOf } from './visitor.ts';

/** How long somebody who typed a recovery code may take to enrol a device. */
const LINK_LIFETIME = 15 * 60_000;

/** Recovery codes: making them, and using one on the day when all devices are gone. */
export const recoveryPlugin =
  (identity: Identity, rates: Rates): FastifyPluginAsync =>
  async (server) => {
    server.get('/recover', (_request, reply) => sendPage(reply, identity.pages.recover({}, { name: '' })));
    server.post('/recover', (request, reply) => recover(identity, rates, request, reply));
    await server.register(codes(identity, rates));
  };

const codes =
  (identity: Identity, rates: Rates): FastifyPluginAsync =>
  async (server) => {
    forPeople(server, identity);
    // Shown by a post alone; people come back to them by way of the sign-in page.
    for (const path of ['/recovery-codes', '/recovery-codes/confirm']) {
      server.get<{ Querystring: { to?: string } }>(path, { config: { unsafe: true } }, (request, reply) =>
        codesAgain(identity, request, reply, onward(request.query.to, identity.issuer)),
      );
    }
    server.post('/recovery-codes', { config: { unsafe: true, fresh: true } }, async (request, reply) => {
      const { sub } = whoIs(request).account;
      const fresh = recoveryCodes(identity.random);
      await identity.store.recovery.offer(
        sub,
        fresh.map((code) => codeDigest(identity, sub, code)),
      );
      await identity.audit(noteOf(request, { event: 'codes-made' }));
      return codesPage(identity, request, reply, { codes: fresh, wrong: false });
    });
    server.post('/recovery-codes/confirm', { config: { unsafe: true } }, async (request, reply) => {
      const { sub } = whoIs(request).account;
      rates.check('recover', sub);
      const typed = codeDigest(identity, sub, field(request.body, 'code'));
      if (!(await identity.store.recovery.confirm(sub, typed))) {
        return codesPage(identity, request, reply.code(400), { codes: [], wrong: true });
      }
      await identity.audit(noteOf(request, { event: 'codes-confirmed' }));
      return reply.redirect(wayOn(identity, request), 303);
    });
  };

/** Back to where codes are made: for who has no second way in yet, on the way to where they wanted to go. */
async function codesAgain(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  to: string,
): Promise<FastifyReply> {
  const safe = await isSafe(identity.store, whoIs(request).account.sub);
  return reply.redirect(safe ? '/devices?notice=again' : `${safetyPath(to)}&notice=again`, 303);
}

const wayOn = (identity: Identity, request: FastifyRequest): string =>
  onward(field(request.body, 'to', 2048), identity.issuer, '/devices?notice=codes-kept');

const codesPage = (
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  view: { readonly codes: readonly string[]; readonly wrong: boolean },
): FastifyReply =>
  sendPage(
    reply,
    identity.pages.recoveryCodes(frameOf(request, 'devices'), { ...view, to: wayOn(identity, request) }),
    [homeOrigins(identity.issuer)],
  );

/** A code as it is stored: keyed, and together with whose it is. */
const codeDigest = ({ keys }: Identity, sub: string, code: string): string =>
  keys.mac('recovery-code', sub, normalCode(code));

async function recover(
  identity: Identity,
  rates: Rates,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = field(request.body, 'name').toLowerCase();
  // Not by name: whoever knows the name of somebody could keep them from recovering.
  rates.check('recover', placeOf(request.ip));
  const { address } = visitorOf(request);
  const account = identity.people.byName(name);
  const { sub } = account ?? { sub: '' };
  const fresh = freshLink(identity, sub, identity.clock.now().getTime() + LINK_LIFETIME);
  const digest = codeDigest(identity, sub, field(request.body, 'code'));
  if (!mayBeHere(account) || !(await identity.store.recovery.exchange(sub, digest, fresh.link))) {
    await identity.audit({ event: 'code-refused', address, ...(account && { sub, user: name }) });
    const problem = 'The name or the code is not right. Each code works once.';
    return sendPage(reply.code(400), identity.pages.recover({}, { name, problem }));
  }
  await identity.audit({ event: 'code-used', sub, user: name, address });
  return reply.header('set-cookie', hostCookie(ENROL_COOKIE, fresh.token)).redirect('/enrol', 303);
}
