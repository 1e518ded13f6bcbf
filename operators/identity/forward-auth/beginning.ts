import { digest } from '../keys/keys.ts';
import { cookieValues, hostCookie } from '../sessions/cookie.ts';

/**
 * The cookie of an app's host that a sign-in begins with. The code that ends it counts only in the browser that has
 * this cookie, so that nobody can be signed in as somebody else by a link.
 */
const BEGIN_COOKIE = '__Host-hearth-begin';

const BYTES = 16;
const LIFETIME_SECONDS = 60 * 60;

/** What a browser has begun with. */
export interface Beginning {
  /** Goes along by way of identity; says nothing about the cookie. */
  readonly state: string;
  /** A `Set-Cookie` header. */
  readonly cookie: string;
}

/** How a sign-in begins: as one that was begun before, in another tab, and may still end. */
export function begin(cookie: string | undefined, random: (bytes: number) => Buffer): Beginning {
  const [before] = cookieValues(cookie, BEGIN_COOKIE).filter((value) => /^[\w-]{22}$/.test(value));
  const value = before ?? random(BYTES).toString('base64url');
  return { state: digest(value), cookie: hostCookie(BEGIN_COOKIE, value, LIFETIME_SECONDS) };
}

/** Whether a request comes from the browser that began so. */
export const hasBegun = (cookie: string | undefined, state: string): boolean =>
  cookieValues(cookie, BEGIN_COOKIE).some((value) => digest(value) === state);

/** Whether a request comes from a browser that has begun at all. */
export const hasBegunAny = (cookie: string | undefined): boolean =>
  cookieValues(cookie, BEGIN_COOKIE).length > 0;

/** Makes a browser forget that it has begun. */
export const begun = (): string => hostCookie(BEGIN_COOKIE, '', 0);
