import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';
import type { SignIn } from './sign-in/sign-in.ts';
import type { Sink } from './sink.ts';

/**
 * The policy of pages: no script, and all that they load is this host's. Their forms lead here, and on to where people
 * sign in, once the session is over: browsers hold redirects against it, too.
 */
const policyWith = (signIn: SignIn | undefined): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action ${["'self'", ...(signIn === undefined ? [] : [signIn.provider])].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** Puts the security headers on every answer; routes that know better replace what they know better. */
export function guard(server: FastifyInstance, { signIn }: Pick<Sink, 'signIn'>): void {
  const headers = { ...SECURITY_HEADERS, 'content-security-policy': policyWith(signIn) };
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
}

/** What a request says of where it comes from. */
interface Provenance {
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Lets only pages of this host do what changes something by a cookie: apps are under the same domain, so that SameSite
 * does not keep theirs out.
 * @throws Refusal
 */
export function refuseOtherPages({ origin, 'sec-fetch-site': site }: Provenance, base: string): void {
  const fromHere = origin === undefined ? site === 'same-origin' : origin === new URL(base).origin;
  if (fromHere && (site === undefined || site === 'same-origin')) return;
  throw fromAnotherPage();
}

/** The answer to what another page has a browser do. */
export const fromAnotherPage = (): Refusal =>
  new Refusal(
    403,
    'This came from another page',
    'Only pages of this host may do this. Open the page again, and try it there.',
  );

/** Whether a page of this host asks, or a person by themselves. Browsers that are too old to say it are believed. */
export const isFromHere = ({
  headers: { 'sec-fetch-site': site },
}: Pick<FastifyRequest, 'headers'>): boolean =>
  site === undefined || site === 'same-origin' || site === 'none';

/**
 * Lets other pages do no more by a cookie than lead a browser here: what they could load they could not read, but they
 * could tell how long it takes.
 * @throws Refusal
 */
export function refuseLoading({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): void {
  const isVisit = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (!isFromHere({ headers }) && !(isVisit && method === 'GET')) throw fromAnotherPage();
}
