import * as openid from 'openid-client';
import type { FakeBrowser } from './browser.ts';
import { ISSUER, SECRET } from './home.ts';

/** A sign-in that an app has begun. */
interface Begun {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

/** An app of the home, with openid-client as it would have it. */
export interface TestApp {
  readonly config: openid.Configuration;
  begin(parameters?: Readonly<Record<string, string>>): Promise<Begun>;
  /** Sends a browser to sign in; resolves with the address at which it comes back. */
  visit(browser: FakeBrowser, begun: Begun): Promise<URL>;
  /** Signs somebody in: tokens for the code. */
  tokens(browser: FakeBrowser, parameters?: Readonly<Record<string, string>>): Promise<Tokens>;
  redeem(back: URL, begun: Pick<Begun, 'verifier' | 'state'>): Promise<Tokens>;
}

/** What an app gets for a code. */
export type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/** Where the app of the tests takes people back. */
export const CALLBACK = 'https://rss.hearth.test/callback';

/** `fetch` for the address of identity, to where it listens. */
export const reach =
  (port: () => number): typeof fetch =>
  (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(`http://127.0.0.1:${port()}${pathname}${search}`, init);
  };

/** An app that knows its id and its secret. */
export async function testApp(port: () => number, id = 'home-rss', secret = SECRET): Promise<TestApp> {
  const config = await openid.discovery(new URL(ISSUER), id, undefined, openid.ClientSecretBasic(secret), {
    [openid.customFetch]: reach(port) as openid.CustomFetch,
  });
  config[openid.customFetch] = reach(port) as openid.CustomFetch;
  const app: TestApp = {
    config,
    async begin(parameters = {}) {
      const verifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid profile email',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        ...parameters,
      });
      return { url: url.href, verifier, state };
    },
    async visit(browser, { url }) {
      const answer = await browser.open(url);
      if (answer.url.startsWith(ISSUER))
        throw new Error(`stopped at ${answer.url} with ${answer.status}: ${answer.text}`);
      return new URL(answer.url);
    },
    async tokens(browser, parameters) {
      const begun = await app.begin(parameters);
      return app.redeem(await app.visit(browser, begun), begun);
    },
    redeem: (back, { verifier, state }) =>
      openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state }),
  };
  return app;
}
