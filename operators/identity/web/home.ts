import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { appPassword, directoryHash } from '../app-passwords/password.ts';
import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { AppPasswordsView } from '../pages/views.ts';
import { endSessions } from '../sessions/ending.ts';
import { closingCookie } from '../sessions/open.ts';
import { signOutReach } from '../sessions/reach.ts';
import { inWords } from './activity.ts';
import { field } from './forms.ts';
import { forPeople, frameOf, noteOf, whoIs } from './person.ts';
import { Refusal } from './refusal.ts';
import { sendPage } from './send.ts';

const ACTIVITY_SHOWN = 100;
const MOST_APP_PASSWORDS = 20;

type ItemRequest = FastifyRequest<{ Params: { id: string } }>;

/** What a person sees of their home: what they can open, where they are signed in, what happened in their name. */
export const homePlugin =
  (identity: Identity): FastifyPluginAsync =>
  async (server) => {
    forPeople(server, identity);
    server.get('/', async (request, reply) => launcher(identity, request, reply));
    server.get('/activity', (request, reply) => activity(identity, request, reply));
    server.get('/sessions', (request, reply) => sessions(identity, request, reply));
    server.post('/sessions/:id/end', (request: ItemRequest, reply) => endOne(identity, request, reply));
    server.get('/app-passwords', (request, reply) => passwords(identity, request, reply));
    server.post('/app-passwords', { config: { fresh: true } }, (request, reply) =>
      addPassword(identity, request, reply),
    );
    server.post('/app-passwords/:id/remove', async (request: ItemRequest, reply) => {
      const removed = await identity.store.appPasswords.remove(whoIs(request).account.sub, request.params.id);
      if (removed) await identity.audit(noteOf(request, { event: 'app-password-removed' }));
      return reply.redirect('/app-passwords?notice=password-removed', 303);
    });
  };

function launcher(identity: Identity, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { account } = whoIs(request);
  const apps = identity.clients
    .all()
    .filter((client) => mayEnter(account, client))
    .map(({ id, title, icon, url }) => ({ id, title, url, ...(icon !== undefined && { icon }) }))
    .toSorted((a, b) => a.title.localeCompare(b.title));
  return sendPage(reply, identity.pages.launcher(frameOf(request, 'apps'), { apps }));
}

async function activity(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const written = await identity.store.audit.of(whoIs(request).account.sub, ACTIVITY_SHOWN);
  const title = (id: string) => identity.clients.find(id)?.title ?? id;
  const entries = written.map((entry) => inWords(entry, title));
  return sendPage(reply, identity.pages.activity(frameOf(request, 'activity'), { entries }));
}

async function sessions(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { account, session: current } = whoIs(request);
  const devices = new Map((await identity.store.passkeys.of(account.sub)).map(({ id, name }) => [id, name]));
  const joined = await identity.store.sessions.joined({ sub: account.sub });
  const titles = (session: string) =>
    joined
      .filter((one) => one.session === session)
      .map(({ client }) => identity.clients.find(client)?.title ?? client);
  const list = identity.sessions
    .of(account.sub)
    .filter(({ id }) => identity.sessions.byId(id) !== undefined)
    .toSorted((a, b) => b.seen - a.seen)
    .map(({ id, browser, address, passkey, created, seen }) => ({
      id,
      browser,
      address,
      device: devices.get(passkey) ?? '',
      since: new Date(created),
      seen: new Date(seen),
      current: id === current.id,
      apps: titles(id),
    }));
  const apps = identity.clients.all().filter((client) => mayEnter(account, client));
  const view = { sessions: list, apps: apps.map(signOutReach) };
  return sendPage(reply, identity.pages.sessions(frameOf(request, 'sessions'), view));
}

async function endOne(identity: Identity, request: ItemRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { account, session: current } = whoIs(request);
  const { id } = request.params;
  if (identity.sessions.of(account.sub).some((session) => session.id === id)) {
    await endSessions(identity, [id]);
    await identity.audit(noteOf(request, { event: 'session-ended' }));
  }
  if (id !== current.id) return reply.redirect('/sessions?notice=session-ended', 303);
  return reply.header('set-cookie', closingCookie()).redirect('/sign-in', 303);
}

async function passwords(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  made: Pick<AppPasswordsView, 'made'> = {},
): Promise<FastifyReply> {
  const { account } = whoIs(request);
  const stored = await identity.store.appPasswords.of(account.sub);
  const view: AppPasswordsView = {
    passwords: stored.map(({ id, name, created }) => ({ id, name, created: new Date(created) })),
    userName: account.name,
    ...made,
  };
  return sendPage(reply, identity.pages.appPasswords(frameOf(request, 'app-passwords'), view));
}

async function addPassword(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sub } = whoIs(request).account;
  const name = field(request.body, 'name') || 'App';
  if ((await identity.store.appPasswords.of(sub)).length >= MOST_APP_PASSWORDS) {
    throw new Refusal(400, 'There are enough app passwords', 'Remove one that is no longer used first.');
  }
  const password = appPassword(identity.random);
  await identity.store.appPasswords.add({
    id: identity.randomId(),
    sub,
    name,
    hash: directoryHash(password, identity.random),
    created: identity.clock.now().getTime(),
  });
  await identity.audit(noteOf(request, { event: 'app-password-made', detail: name }));
  return passwords(identity, request, reply, { made: { name, password } });
}
