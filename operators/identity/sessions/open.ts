import { digest } from '../keys/keys.ts';
import type { Instant, StoredSession } from '../store/records.ts';
import { hostCookie, SESSION_COOKIE } from './cookie.ts';
import { LONGEST } from './lifetime.ts';

/** From where somebody comes. */
export interface Visitor {
  /** The address that the gateway saw. */
  readonly address: string;
  /** What their browser is, in words for people. */
  readonly browser: string;
}

/** A session that is about to be opened, and the cookie that will prove it. */
export interface Opening {
  readonly session: StoredSession;
  /** A `Set-Cookie` header. */
  readonly cookie: string;
}

const TOKEN_BYTES = 32;
const ID_BYTES = 12;

/** Whether a text could be the value of a session's cookie. */
export const isToken = (value: string): boolean => /^[\w-]{43}$/.test(value);

/** Of whom a session is, and with which passkey it is opened. */
export interface Opener {
  readonly sub: string;
  readonly passkey: string;
  /**
   * The id of the session of theirs that is there already and goes on: by it the hosts of apps know it. The cookie is
   * another one in any case.
   */
  readonly goesOn?: string | undefined;
}

/** A session of one person, opened with one passkey. */
export function newSession(
  { sub, passkey, goesOn }: Opener,
  { address, browser }: Visitor,
  now: Instant,
  random: (bytes: number) => Buffer,
): Opening {
  const token = random(TOKEN_BYTES).toString('base64url');
  const session: StoredSession = {
    id: goesOn ?? random(ID_BYTES).toString('base64url'),
    digest: digest(token),
    sub,
    passkey,
    created: now,
    seen: now,
    expires: now + LONGEST,
    address,
    browser,
  };
  return { session, cookie: hostCookie(SESSION_COOKIE, token, LONGEST / 1000) };
}

/** Makes a browser forget its session. */
export const closingCookie = (): string => hostCookie(SESSION_COOKIE, '', 0);
