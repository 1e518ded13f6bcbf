import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';
import type { DevicesView } from '../pages/views.ts';
import { enrolOptions, proveEnrolment } from '../passkeys/enrol.ts';
import { removeDevice } from '../people/devices.ts';
import { freshLink } from '../people/links.ts';
import { isSafe } from '../people/safety.ts';
import { closingCookie } from '../sessions/open.ts';
import { deviceName } from './browser.ts';
import { notMade } from './enrol.ts';
import { field } from './forms.ts';
import { homeOrigins } from './guard.ts';
import { onward } from './onward.ts';
import { forPeople, frameOf, noteOf, whoIs } from './person.ts';
import { Refusal } from './refusal.ts';
import { sendPage } from './send.ts';

/** How long a link that somebody makes for their own next device works. */
const LINK_LIFETIME = 15 * 60_000;

type DeviceRequest = FastifyRequest<{ Params: { id: string } }>;

/** A person's devices: what they sign in with. */
export const devicesPlugin =
  (identity: Identity): FastifyPluginAsync =>
  async (server) => {
    forPeople(server, identity);
    server.get('/devices', (request, reply) => page(identity, request, reply));
    server.get<{ Querystring: { to?: string } }>(
      '/enrol/safety',
      { config: { unsafe: true } },
      (request, reply) => safety(identity, request, reply, onward(request.query.to, identity.issuer)),
    );
    server.post('/devices/options', { config: { unsafe: true, fresh: true } }, (request) =>
      enrolOptions(identity, whoIs(request).account),
    );
    server.post<{ Body: { response?: unknown; to?: unknown } | null }>(
      '/devices/verify',
      { config: { unsafe: true, fresh: true } },
      (request, reply) => add(identity, request, reply),
    );
    // Shown by a post alone; people come back to it by way of the sign-in page.
    server.get('/devices/link', (_request, reply) => reply.redirect('/devices?notice=again', 303));
    server.post('/devices/link', { config: { fresh: true } }, (request, reply) =>
      link(identity, request, reply),
    );
    server.post('/devices/:id/rename', (request: DeviceRequest, reply) => rename(identity, request, reply));
    server.post('/devices/:id/remove', { config: { fresh: true } }, (request: DeviceRequest, reply) =>
      remove(identity, request, reply),
    );
  };

async function page(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  made: Pick<DevicesView, 'link'> = {},
): Promise<FastifyReply> {
  const { account, session } = whoIs(request);
  const passkeys = await identity.store.passkeys.of(account.sub);
  const view: DevicesView = {
    devices: passkeys.map(({ id, name, created, lastUsed }) => ({
      id,
      name,
      added: new Date(created),
      ...(lastUsed !== undefined && { lastUsed: new Date(lastUsed) }),
      current: session.passkey === id,
      last: passkeys.length === 1,
    })),
    device: deviceName(request.headers['user-agent']),
    codesLeft: await identity.store.recovery.left(account.sub),
    ...made,
  };
  return sendPage(reply, identity.pages.devices(frameOf(request, 'devices'), view));
}

async function safety(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  to: string,
): Promise<FastifyReply> {
  const { account } = whoIs(request);
  if (await isSafe(identity.store, account.sub)) return reply.redirect(to, 303);
  const view = { displayName: account.displayName, device: deviceName(request.headers['user-agent']), to };
  return sendPage(reply, identity.pages.safety(frameOf(request), view), [homeOrigins(identity.issuer)]);
}

async function add(
  identity: Identity,
  request: FastifyRequest<{ Body: { response?: unknown; to?: unknown } | null }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { account } = whoIs(request);
  const name = field(request.body, 'name') || deviceName(request.headers['user-agent']);
  const made = await proveEnrolment(identity, account, request.body?.response, name);
  if (made === undefined) throw notMade();
  const now = identity.clock.now().getTime();
  if (!(await identity.store.passkeys.add(made.passkey, { ticket: made.ticket, now }))) throw notMade();
  await identity.audit(noteOf(request, { event: 'device-added', device: made.passkey.name }));
  return reply.send({
    location: onward(request.body?.to, identity.issuer, '/devices?notice=device-added'),
  });
}

async function link(identity: Identity, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const expires = identity.clock.now().getTime() + LINK_LIFETIME;
  const fresh = freshLink(identity, whoIs(request).account.sub, expires);
  await identity.store.links.put(fresh.link);
  await identity.audit(noteOf(request, { event: 'link-made' }));
  return page(identity, request, reply, { link: { url: fresh.url, expires: new Date(expires) } });
}

async function rename(
  identity: Identity,
  request: DeviceRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { account } = whoIs(request);
  const name = field(request.body, 'name');
  if (name === '' || !(await identity.store.passkeys.rename(account.sub, request.params.id, name))) {
    throw new Refusal(400, 'The device was not renamed', 'A name is missing, or the device is gone.');
  }
  await identity.audit(noteOf(request, { event: 'device-renamed', device: name }));
  return reply.redirect('/devices?notice=device-renamed', 303);
}

async function remove(
  identity: Identity,
  request: DeviceRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { account, session } = whoIs(request);
  const passkeys = await identity.store.passkeys.of(account.sub);
  const device = passkeys.find(({ id }) => id === request.params.id);
  if (device !== undefined && passkeys.length === 1) {
    throw new Refusal(
      400,
      'This is the last device',
      'Add another one first: nothing else would sign you in.',
    );
  }
  if ((await removeDevice(identity, account.sub, request.params.id)) && device !== undefined) {
    await identity.audit(noteOf(request, { event: 'device-removed', device: device.name }));
  }
  if (session.passkey !== device?.id) return reply.redirect('/devices?notice=device-removed', 303);
  return reply.header('set-cookie', closingCookie()).redirect('/sign-in', 303);
}
