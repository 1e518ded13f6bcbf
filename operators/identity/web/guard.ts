import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Called by apps and by the gateway, not by pages of this host: it proves itself by other means than a cookie, or
     * changes nothing, and where it comes from means nothing.
     */
    readonly fromApps?: boolean;
  }
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a request says of where it comes from. */
export interface Provenance {
  readonly method: string;
  readonly origin?: string | undefined;
  /** `Sec-Fetch-Site` (Fetch Metadata Request Headers). */
  readonly site?: string | undefined;
}

/**
 * Whether a request may change something: it comes from a page of this very host. Apps are under the same domain,
 * so that SameSite does not keep theirs out. A browser that says neither is too old for passkeys.
 */
export function comesFromHere({ method, origin, site }: Provenance, issuer: string): boolean {
  if (READING.has(method)) return true;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === new URL(issuer).origin || (origin === undefined && site === 'same-origin');
}

/** The policy of pages: all that they load is this host's, and their forms lead here or to the targets. */
export function contentSecurityPolicy(formTargets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/**
 * Every host of the home, as a target of forms: browsers hold what a form leads to, redirects included, against the
 * policy, and signing in or out may end in an app.
 */
export function homeOrigins(issuer: string): string {
  const [, ...domain] = new URL(issuer).host.split('.');
  return `https://*.${domain.join('.')}`;
}

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Not `no-referrer`: with it browsers send `Origin: null` with the forms of our own pages.
  'referrer-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Puts the security headers on every answer, refuses changes that come from elsewhere, and lets nobody in by what may
 * have been taken back in the meantime.
 */
export function guard(
  server: FastifyInstance,
  issuer: string,
  behind: () => string | undefined = () => undefined,
): void {
  server.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    if (behind() !== undefined) throw outOfTouch();
    if (request.routeOptions.config.fromApps === true || comesFromHere(provenance(request), issuer)) return;
    throw new Refusal(
      403,
      'This came from another page',
      'Only pages of this host may do this. Open the page again, and try it there.',
    );
  });
}

const outOfTouch = (): Refusal =>
  new Refusal(503, 'Identity has lost touch with its database', 'Try it again in a minute. Nothing is lost.');

function setSecurityHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
  reply.header('cache-control', 'no-store');
}

const provenance = (request: FastifyRequest): Provenance => ({
  method: request.method,
  origin: request.headers.origin,
  site: single(request.headers['sec-fetch-site']),
});

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
