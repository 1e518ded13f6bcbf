import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import type { Identity } from '../identity.ts';
import { isSafe } from '../people/safety.ts';
import { contentSecurityPolicy, homeOrigins } from '../web/guard.ts';
import { safetyPath } from '../web/onward.ts';
import type { Rates } from '../web/rates.ts';
import { LAUNCHER, Refusal } from '../web/refusal.ts';
import { refuseApp } from '../web/refuse-app.ts';
import { signInPage } from '../web/sign-in.ts';
import { placeOf } from '../web/visitor.ts';
import { loginOf, nextStep } from './interaction.ts';
import type { CurrentProvider } from './provider.ts';

/** OpenID Connect: the endpoints, and what a person sees between an app and its tokens. */
export const oidcPlugin =
  (identity: Identity, rates: Rates, current: () => CurrentProvider): FastifyPluginAsync =>
  async (server) => {
    await server.register(endpoints(identity, rates, current));
    for (const url of BY_FORM) {
      server.post(url, { config: { fromApps: true } }, (request, reply) =>
        reply.redirect(`${url}?${new URLSearchParams(texts(request.body))}`, 303),
      );
    }
    server.get<{ Params: { uid: string } }>('/interaction/:uid', (request, reply) =>
      interact(identity, current(), request, reply),
    );
  };

/** The endpoints that apps call, and prove themselves at. */
const FROM_APPS = ['/oidc/token', '/oidc/userinfo', '/oidc/revoke'];

/**
 * Where apps send people, by GET or, as OpenID Connect Core 1.0 (3.1.2.1) and RP-Initiated Logout 1.0 (2) have it, by a
 * form of theirs. A form of another site comes without our cookies: what is in it is asked again, by GET. Neither changes
 * anything but by a page of ours, whose answer comes to another path.
 */
const BY_FORM = ['/oidc/auth', '/oidc/session/end'];

/** What everybody may read as often as they like: nothing is kept of it. */
const PUBLIC = ['/oidc/jwks', '/.well-known/openid-configuration'];

/** The fields of a form. */
const texts = (body: unknown): [string, string][] =>
  Object.entries(Object(body)).filter((field): field is [string, string] => typeof field[1] === 'string');

/** Hands requests to oidc-provider as they came, bodies unread. */
const endpoints =
  (identity: Identity, rates: Rates, current: () => CurrentProvider): FastifyPluginAsync =>
  async (server: FastifyInstance) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      hand(identity, current(), request, reply);
    };
    const visit = (request: FastifyRequest, reply: FastifyReply) => {
      rates.check('visit', visitKey(request));
      handler(request, reply);
    };
    for (const url of FROM_APPS) server.all(url, { config: { fromApps: true }, handler });
    for (const url of PUBLIC) server.all(url, { handler });
    server.all('/oidc/*', { handler: visit });
  };

/**
 * Whose visits are counted together: what a page loads (`Sec-Fetch-Dest`), which a person need not even see, apart from
 * what somebody opens in a tab.
 */
function visitKey({ ip, headers }: FastifyRequest): string {
  const { 'sec-fetch-dest': what = 'document' } = headers;
  return what === 'document' ? placeOf(ip) : `${placeOf(ip)} embedded`;
}

function hand(
  { issuer, log }: Identity,
  { handle }: CurrentProvider,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { host, protocol } = new URL(issuer);
  // Whatever was asked for: addresses in answers begin with the issuer, and the client is whom the gateway saw.
  const forwarded = { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-for': request.ip };
  Object.assign(request.raw.headers, { host, ...forwarded });
  delete request.raw.headers['x-forwarded-host'];
  reply.header('content-security-policy', contentSecurityPolicy([homeOrigins(issuer)]));
  reply.removeHeader('cache-control');
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  handle(request.raw, reply.raw).catch((error: unknown) => {
    log.error({ error }, 'OpenID Connect failed');
    reply.raw.destroy();
  });
}

async function interact(
  identity: Identity,
  { provider }: CurrentProvider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const details = await provider.interactionDetails(request.raw, reply.raw).catch(expired);
  const signedIn = identity.sessions.ofCookie(request.headers.cookie);
  const client = identity.clients.find(String(details.params.client_id));
  const next = nextStep({
    signedIn,
    safe: signedIn !== undefined && (await isSafe(identity.store, signedIn.account.sub)),
    client,
    prompt: details.prompt.name,
    reasons: details.prompt.reasons,
    begun: details.iat * 1000,
  });
  const here = `/interaction/${details.uid}`;
  if (next.step === 'sign-in') {
    const app = client && { title: client.title, ...(client.icon !== undefined && { icon: client.icon }) };
    return signInPage(identity, reply, { to: here, again: next.again, ...(app && { app }) });
  }
  if (next.step === 'safety') return reply.redirect(safetyPath(here), 303);
  if (next.step === 'refuse') return refuseApp(identity, request, next.account, client);
  const result = next.step === 'login' ? { login: loginOf(next) } : { consent: {} };
  return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303);
}

function expired(error: unknown): never {
  if (!(error instanceof errors.SessionNotFound)) throw error;
  throw new Refusal(400, 'This sign-in has expired', 'Open the app again, and it starts over.', LAUNCHER);
}
