import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import { isSafe } from '../people/safety.ts';
import { signOutReach } from '../sessions/reach.ts';
import type { Client } from '../store/records.ts';
import { safetyPath } from '../web/onward.ts';
import { LAUNCHER, Refusal } from '../web/refusal.ts';
import { refuseApp } from '../web/refuse-app.ts';
import { sendPage } from '../web/send.ts';
import { signInPage } from '../web/sign-in.ts';
import { callbackAddress, destination, hostOf } from './addresses.ts';
import { issueCode } from './code.ts';

/** SHA-256, hexadecimal. */
const STATE = /^[0-9a-f]{64}$/;

/**
 * Looks who somebody is, whom an app's host has sent, and sends them back with a code: to that host and no other.
 */
export async function start(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const client = clientOf(identity, request);
  const to = destination(client, parameter(request, 'to'));
  const state = parameter(request, 'state') ?? '';
  // Not begun at the app's host: it begins there.
  if (!STATE.test(state)) return reply.redirect(to, 303);
  const signedIn = identity.sessions.ofCookie(request.headers.cookie);
  if (signedIn === undefined) {
    const app = { title: client.title, ...(client.icon !== undefined && { icon: client.icon }) };
    return signInPage(identity, reply, { to: request.url, again: false, app });
  }
  const { account, session } = signedIn;
  if (!(await isSafe(identity.store, account.sub))) return reply.redirect(safetyPath(request.url), 303);
  if (!mayEnter(account, client)) return refuseApp(identity, request, account, client);
  const code = { session: session.id, client: client.id, host: hostOf(client), state, to };
  return reply.redirect(callbackAddress(client, issueCode(identity.tickets, code)), 303);
}

/** A sign-in came back to another browser than it was begun in, or to one that keeps no cookies. */
export function lost(identity: Identity, request: FastifyRequest, _reply: FastifyReply): never {
  const { title, url } = clientOf(identity, request);
  throw new Refusal(
    400,
    'This sign-in was begun elsewhere',
    `It counts only in the browser in which it was begun, and that browser must keep cookies. Open ${title} here, and it starts over.`,
    { url, label: `Open ${title}` },
  );
}

/** Somebody has left an app, and may want to leave more. */
export function left(identity: Identity, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { id, title, url } = clientOf(identity, request);
  const signedIn = identity.sessions.ofCookie(request.headers.cookie);
  if (signedIn === undefined) return sendPage(reply, identity.pages.signedOut({}, { apps: [] }));
  const { account } = signedIn;
  const apps = identity.clients.all().filter((client) => client.id !== id && mayEnter(account, client));
  const view = { app: { title, url }, apps: apps.map(signOutReach) };
  return sendPage(reply, identity.pages.signedOut({ person: account }, view));
}

function clientOf(identity: Identity, request: FastifyRequest): Client {
  const client = identity.clients.find(parameter(request, 'client') ?? '');
  if (client?.strategy === 'forward-auth') return client;
  throw new Refusal(404, 'This app is not here any more', 'It was removed, or has a new address.', LAUNCHER);
}

/** A parameter of the query; undefined where it is missing, or given twice. */
function parameter(request: FastifyRequest, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(request.query), name);
  return typeof value === 'string' ? value : undefined;
}
