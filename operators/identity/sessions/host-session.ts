import { type Keys, sameText } from '../keys/keys.ts';
import { cookieValues } from './cookie.ts';

/** The cookie of an app's own host, behind forward-auth. */
export const HOST_COOKIE = '__Host-hearth';

/**
 * What the cookie of an app's host holds: the session it stands for, and a keyed digest over session and client.
 * So it opens this one app, for as long as the session lives; nothing is stored for it, and ending the session
 * ends it everywhere at once.
 */
export const hostSession = (keys: Keys, session: string, client: string): string =>
  `${session}.${keys.mac('host-cookie', session, client)}`;

/** The id of the session for which a request to an app's host brings a genuine cookie. */
export function sessionOfHost(keys: Keys, cookie: string | undefined, client: string): string | undefined {
  const value = cookieValues(cookie, HOST_COOKIE).find((candidate) =>
    sameText(candidate, hostSession(keys, sessionOf(candidate), client)),
  );
  return value === undefined ? undefined : sessionOf(value);
}

const sessionOf = (value: string): string => value.split('.')[0] ?? '';
