import type { Clock } from '@hearth/runtime/clock';
import * as openid from 'openid-client';
import { type Begun, createCookies, person } from './cookies.ts';
import { onwardPath } from './onward.ts';
import { createSeal } from './seal.ts';
import { type Person, type SignIn, SignInFailed } from './sign-in.ts';

/** How people are signed in. */
export interface SignInOptions {
  /** The home’s identity provider, `https://identity.hearth.home.arpa`. */
  readonly issuer: string;
  /** What the sink is called there, and by what it proves itself. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where this host is: `https://hearth.home.arpa/`. People come back to `-/sign-in/callback` below it. */
  readonly base: string;
  /** Seals what browsers keep; at least 32 bytes. With another one, everybody signs in again. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  /** How the provider is reached; {@link fetchTrusting} where the home has an authority of its own. */
  readonly fetch?: typeof fetch;
}

/** The name comes with `profile`. */
const SCOPE = 'openid profile';

/** Seconds that the provider may take to answer. */
const PATIENCE = 10;

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce bound to the browser that began. */
export function createSignIn(options: SignInOptions): SignIn {
  const { base, clock, key } = options;
  const redirectUri = new URL('-/sign-in/callback', base).href;
  const cookies = createCookies(createSeal(key), () => clock.now());
  const provider = createProvider(options);

  return {
    provider: new URL(options.issuer).origin,

    async begin(to, cookie) {
      const begun: Begun = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
        to: onwardPath(to, base),
      };
      const url = openid.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      });
      return { location: url.href, cookies: cookies.begun(begun, cookie) };
    },

    async finish(query, cookie) {
      const state = query.get('state') ?? '';
      const begun = cookies.begunBy(cookie, state);
      if (begun === undefined)
        throw new SignInFailed(400, 'It was begun in another browser, or too long ago. Begin again.');
      const back = new URL(`?${query}`, redirectUri);
      const session = cookies.session(await redeem(await provider(), back, begun));
      return { location: begun.to, cookies: [session, cookies.endBegun(state)] };
    },

    who: (cookie) => cookies.person(cookie),
    leave: () => ({ location: '/', cookies: [cookies.endSession] }),
  };
}

/** What the provider says of itself, asked once; again, where it could not be. */
function createProvider(options: SignInOptions): () => Promise<openid.Configuration> {
  const { issuer, clientId, clientSecret, fetch = globalThis.fetch } = options;
  let known: Promise<openid.Configuration> | undefined;
  const discover = async () => {
    const customFetch = { [openid.customFetch]: fetch as openid.CustomFetch };
    const secret = openid.ClientSecretBasic(clientSecret);
    return await openid.discovery(new URL(issuer), clientId, undefined, secret, {
      ...customFetch,
      timeout: PATIENCE,
    });
  };
  return async () => {
    known ??= discover();
    try {
      return await known;
    } catch (cause) {
      known = undefined;
      throw new SignInFailed(503, 'The home’s identity can’t be reached. Try it again in a minute.', {
        cause,
      });
    }
  };
}

/** Who signed in. @throws SignInFailed */
async function redeem(provider: openid.Configuration, back: URL, begun: Begun): Promise<Person> {
  try {
    const tokens = await openid.authorizationCodeGrant(provider, back, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    });
    return personCalled(tokens.claims()?.preferred_username);
  } catch (cause) {
    throw cause instanceof SignInFailed ? cause : refusalFor(cause);
  }
}

/** Somebody whom the provider calls so. @throws SignInFailed where nobody of a home can be */
function personCalled(name: unknown): Person {
  const { data, error: cause } = person.safeParse({ name });
  if (data !== undefined) return data;
  const called = typeof name === 'string' ? `calls you “${name}”` : 'has no name for you';
  throw new SignInFailed(
    403,
    `Identity ${called}. Here people are known by the name of their User, in lower-case letters, digits and hyphens.`,
    { cause },
  );
}

function refusalFor(cause: unknown): SignInFailed {
  if (cause instanceof openid.AuthorizationResponseError && cause.error === 'access_denied')
    return new SignInFailed(403, 'Identity has not let you in here.', { cause });
  if (isStranger(cause))
    return new SignInFailed(
      503,
      'Identity does not know the event sink by its secret. Try it again in a minute.',
      { cause },
    );
  if (isUnreachable(cause))
    return new SignInFailed(503, 'The home’s identity can’t be reached. Try it again in a minute.', {
      cause,
    });
  return new SignInFailed(400, 'Identity’s answer was not for this sign-in, or has been used. Begin again.', {
    cause,
  });
}

/** `fetch` says by a TypeError that nobody answered. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof openid.ClientError && error.code === 'OAUTH_TIMEOUT');

/** The secret is another by now, and the one that is mounted here is yet to follow (`invalid_client`, RFC 6749, 5.2). */
const isStranger = (error: unknown): boolean =>
  (error instanceof openid.WWWAuthenticateChallengeError && error.status === 401) ||
  (error instanceof openid.ResponseBodyError && error.error === 'invalid_client');
