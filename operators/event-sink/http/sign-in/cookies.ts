import { z } from 'zod';
import type { Seal } from './seal.ts';
import type { Person } from './sign-in.ts';

/** `__Host-` binds a cookie to this very host: no app of the home, which is below it, can set one (RFC 6265bis). */
const SESSION = '__Host-hearth-events';
const BEGUN = '__Host-hearth-events-begun-';

/** Seconds that a session lasts. Whoever is still signed in at identity is in again with one click. */
const SESSION_LIFE = 60 * 60;
/** Seconds that a person may take at the provider. */
const BEGUN_LIFE = 15 * 60;
/** Sign-ins that a browser has begun, one in each of its tabs: what is begun beyond them takes their place. */
const MOST_BEGUN = 5;

/** A sign-in that a browser has begun. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where to go on, a path of this host. */
  readonly to: string;
}

const begun = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });

/** How people of a home are called. None is one of Kubernetes’ own, whose names have a colon. */
const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);

/** Who somebody is, as identity says it and as a session keeps it. */
export const person = z.object({ name });

/** What is sealed: a value, and the second until which it counts. */
const envelope = z.object({ value: z.unknown(), until: z.int() });

/** What this host has browsers keep. */
export interface Cookies {
  /** `Set-Cookie` of a session. */
  session(of: Person): string;
  person(header: string | undefined): Person | undefined;
  /** `Set-Cookie` of a sign-in beside the others that the browser has begun; instead of them, where these are many. */
  begun(of: Begun, header: string | undefined): readonly string[];
  /** The sign-in that has this state. */
  begunBy(header: string | undefined, state: string): Begun | undefined;
  /** `Set-Cookie` that takes one away. */
  readonly endSession: string;
  endBegun(state: string): string;
}

export function createCookies(seal: Seal, now: () => Date): Cookies {
  const seconds = () => Math.floor(now().getTime() / 1000);
  const set = (cookie: string, value: unknown, life: number) =>
    setCookie(cookie, seal.close({ value, until: seconds() + life }, cookie), life);
  function read<T>(cookie: string, schema: z.ZodType<T>, header: string | undefined): T | undefined {
    // Whoever set another one of the name could not seal it.
    for (const [other, sealed] of cookiesIn(header)) {
      if (other !== cookie) continue;
      const { data } = envelope.safeParse(seal.open(sealed, cookie));
      if (data !== undefined && data.until > seconds()) return schema.safeParse(data.value).data;
    }
    return undefined;
  }
  return {
    session: (of) => set(SESSION, of, SESSION_LIFE),
    person: (header) => read(SESSION, person, header),
    begun(of, header) {
      const others = cookiesIn(header).flatMap(([cookie]) => (cookie.startsWith(BEGUN) ? [cookie] : []));
      const ended = others.length < MOST_BEGUN ? [] : others.map(end);
      return [...ended, set(begunAt(of.state), of, BEGUN_LIFE)];
    },
    begunBy: (header, state) => read(begunAt(state), begun, header),
    endSession: end(SESSION),
    endBegun: (state) => end(begunAt(state)),
  };
}

/** Enough of a state to tell sign-ins of one browser apart; the whole is sealed inside. */
const begunAt = (state: string): string => `${BEGUN}${state.replace(/[^\w-]/g, '').slice(0, 8)}`;

const end = (cookie: string): string => setCookie(cookie, '', 0);

const setCookie = (cookie: string, value: string, life: number): string =>
  `${cookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${life}`;

const cookiesIn = (header: string | undefined): readonly (readonly [name: string, value: string])[] =>
  (header ?? '').split(';').map((pair) => {
    const [before = '', ...rest] = pair.trim().split('=');
    return [before, rest.join('=')];
  });
