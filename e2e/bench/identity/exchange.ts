import { createHash, randomBytes } from 'node:crypto';
import { inLanes } from '../lanes.ts';
import type { Answer, Call, Target } from './load.ts';

/** A provider of OpenID Connect that is measured. */
export interface Contender {
  readonly name: string;
  readonly target: Target;
  /** The path of its token endpoint. */
  readonly tokens: string;
  /** The browsers of people who are signed in. */
  readonly browsers: readonly SignedIn[];
  stop(): Promise<void>;
}

/**
 * A browser in which somebody is signed in, and which an app sends to the provider with this query; gives the address
 * to which it comes back.
 */
export type SignedIn = (query: string) => Promise<string>;

/** What an app has when somebody has come back to it. */
interface Code {
  readonly code: string;
  /** By which it proves that it was who sent them (RFC 7636). */
  readonly verifier: string;
}

/** The app that all of it is about; it is a client of each contender. */
export const feeds = {
  id: 'home-rss',
  secret: randomBytes(24).toString('hex'),
  callback: 'https://rss.hearth.test/callback',
};

/** The query with which the app sends somebody to sign in, and what it keeps for itself: code with PKCE, by S256. */
export function begin(): { readonly query: string; readonly verifier: string } {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: feeds.id,
    response_type: 'code',
    redirect_uri: feeds.callback,
    scope: 'openid profile email',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(16).toString('base64url'),
  });
  return { query: query.toString(), verifier };
}

/** A code for somebody who is signed in. @throws where they come back without one. */
export async function mintCode(browser: SignedIn): Promise<Code> {
  const { query, verifier } = begin();
  const back = await browser(query);
  const code = new URL(back).searchParams.get('code');
  if (code === null || !back.startsWith(feeds.callback)) throw new Error(`no code at ${back}`);
  return { code, verifier };
}

/** As many codes, of one person after the other. Identity's live for a minute. */
export async function mintCodes({ browsers }: Contender, count: number): Promise<readonly Code[]> {
  const codes: Code[] = [];
  await inLanes(
    Array.from({ length: count }, (_, index) => index),
    async (index) => {
      const browser = browsers[index % browsers.length];
      if (browser !== undefined) codes.push(await mintCode(browser));
    },
  );
  return codes;
}

/** Asks for the tokens that a code is good for. */
export function exchangeOf({ tokens }: Pick<Contender, 'tokens'>, { code, verifier }: Code): Call {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: feeds.callback,
    code_verifier: verifier,
  });
  return {
    method: 'POST',
    path: tokens,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${btoa(`${feeds.id}:${feeds.secret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: body.toString(),
  };
}

/** Whether there were tokens for the code. */
export const isExchanged = ({ status, body }: Answer): boolean =>
  status === 200 && body.includes('"id_token":"') && body.includes('"access_token":"');
