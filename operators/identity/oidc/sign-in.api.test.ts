import { setTimeout as pause } from 'node:timers/promises';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK, reach, type TestApp, testApp } from '../testing/app.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { aClientRequest, ISSUER, startHome, type TestHome } from '../testing/home.ts';

let home: TestHome;
let app: TestApp;
let mila: FakeBrowser;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  await home.client({});
  app = await testApp(() => home.running.port);
  mila = await home.member('mila');
});
afterAll(() => home?.stop());

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { error?: string; status?: number; message: string }) =>
      error.error ?? (error.status === 401 ? 'unauthorized' : error.message),
  );

describe('the discovery document', () => {
  it('says what there is, at the issuer’s own addresses', () => {
    expect(app.config.serverMetadata()).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oidc/auth`,
      token_endpoint: `${ISSUER}/oidc/token`,
      userinfo_endpoint: `${ISSUER}/oidc/userinfo`,
      jwks_uri: `${ISSUER}/oidc/jwks`,
      end_session_endpoint: `${ISSUER}/oidc/session/end`,
      revocation_endpoint: `${ISSUER}/oidc/revoke`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      scopes_supported: expect.arrayContaining(['openid', 'offline_access', 'profile', 'email', 'groups']),
      claims_supported: expect.arrayContaining([
        'sub',
        'name',
        'preferred_username',
        'email',
        'groups',
        'sid',
      ]),
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      authorization_response_iss_parameter_supported: true,
    });
    expect(app.config.serverMetadata()).not.toHaveProperty('registration_endpoint');
  });

  it('leads to public keys only: the one of now, the next and the last', async () => {
    const { keys } = (await (
      await reach(() => home.running.port)(`${ISSUER}/oidc/jwks`)
    ).json()) as JSONWebKeySet;
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
  });
});

describe('an app with native OpenID Connect', () => {
  it('learns who somebody is', async () => {
    const tokens = await app.tokens(mila);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'openid profile email' });
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      iss: ISSUER,
      aud: 'home-rss',
      preferred_username: 'mila',
      name: 'Mila',
      email: 'mila@example.org',
      email_verified: true,
      groups: ['family'],
      acr: 'phr',
      amr: ['pop', 'user', 'mfa'],
      sid: expect.any(String),
      auth_time: expect.any(Number),
    });
    expect(claims?.sub).toMatch(/^[\w-]{22}$/);
    const userinfo = await openid.fetchUserInfo(app.config, tokens.access_token, claims?.sub ?? '');
    expect(userinfo).toEqual({
      sub: claims?.sub,
      preferred_username: 'mila',
      name: 'Mila',
      email: 'mila@example.org',
      email_verified: true,
      groups: ['family'],
    });
  });

  it('is told no more than it asked for', async () => {
    const claims = (await app.tokens(mila, { scope: 'openid' })).claims();
    expect(claims).not.toHaveProperty('name');
    expect(claims).not.toHaveProperty('email');
    expect(claims).not.toHaveProperty('groups');
  });

  it('gets a token that verifies with the published keys', async () => {
    const { id_token: token = '' } = await app.tokens(mila);
    const jwks = (await (
      await reach(() => home.running.port)(`${ISSUER}/oidc/jwks`)
    ).json()) as JSONWebKeySet;
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: ISSUER,
      audience: 'home-rss',
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: jwks.keys[0]?.kid });
  });

  it('sends who is not signed in to a page that names it, and gets them back', async () => {
    const stranger = home.browser();
    await stranger.open(await home.link('mila'));
    await stranger.enrol('/enrol');
    await stranger.request('/sign-out', { form: {} });
    const begun = await app.begin();
    const page = await stranger.open(begun.url);
    expect(page).toMatchObject({ status: 200, url: expect.stringContaining(`${ISSUER}/interaction/`) });
    expect(page.text).toContain('Feeds');
    const { location } = (await stranger.signIn(new URL(page.url).pathname)).json();
    const back = await stranger.open(String(location));
    expect(back.url).toContain(`${CALLBACK}?code=`);
    expect((await app.redeem(new URL(back.url), begun)).claims()?.preferred_username).toBe('mila');
  });

  it('that asks for no page is told when there would have to be one', async () => {
    const begun = await app.begin({ prompt: 'none' });
    const back = await app.visit(home.browser(), begun);
    expect(back.searchParams.get('error')).toBe('login_required');
    expect((await app.visit(mila, begun)).searchParams.get('code')).toBeTruthy();
  });

  it.each([[{ prompt: 'login' }], [{ max_age: '0' }]])(
    'that asks for it with %o gets a passkey shown again',
    async (asked) => {
      // OpenID Connect counts in seconds: what happened in this one is not before it.
      await pause(1100);
      const begun = await app.begin(asked);
      const page = await mila.open(begun.url);
      expect(page.status).toBe(200);
      expect(page.url).toContain('/interaction/');
      const { location } = (await mila.signIn(new URL(page.url).pathname)).json();
      const back = await mila.open(String(location));
      expect(back.url).toContain(`${CALLBACK}?code=`);
    },
  );
});

describe('refused', () => {
  it('is a code that was used before, and what it was used for is void', async () => {
    const begun = await app.begin();
    const back = await app.visit(mila, begun);
    const tokens = await app.redeem(back, begun);
    expect(await refusal(app.redeem(back, begun))).toBe('invalid_grant');
    const { sub = '' } = tokens.claims() ?? {};
    await expect(openid.fetchUserInfo(app.config, tokens.access_token, sub)).rejects.toMatchObject({
      status: 401,
    });
  });

  it('is all but one of those who come with the same code at the same time', async () => {
    const begun = await app.begin();
    const back = await app.visit(mila, begun);
    const results = await Promise.all(Array.from({ length: 5 }, () => refusal(app.redeem(back, begun))));
    expect(results.filter((result) => result === 'none').length).toBeLessThanOrEqual(1);
    expect(results.filter((result) => result === 'invalid_grant').length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['another path', 'https://rss.hearth.test/callback/x'],
    ['another host', 'https://evil.example/callback'],
    ['something behind it', 'https://rss.hearth.test/callback?x=1'],
    ['http', 'http://rss.hearth.test/callback'],
  ])('is a redirect URI with %s: the person stays here', async (_what, redirect) => {
    const begun = await app.begin({ redirect_uri: redirect });
    const page = await mila.open(begun.url);
    expect(page).toMatchObject({ status: 400, url: expect.stringContaining(`${ISSUER}/oidc/auth`) });
    expect(page.text).toContain('not its own');
  });

  it.each([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain PKCE', { code_challenge_method: 'plain' }],
  ])('is a request with %s', async (_what, wrong) => {
    const url = new URL((await app.begin()).url);
    for (const [name, value] of Object.entries(wrong)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    const back = await mila.open(url.href);
    expect(new URL(back.url).searchParams.get('error')).toBe('invalid_request');
  });

  it('is a wrong PKCE verifier', async () => {
    const begun = await app.begin();
    const back = await app.visit(mila, begun);
    const wrong = { ...begun, verifier: openid.randomPKCECodeVerifier() };
    expect(await refusal(app.redeem(back, wrong))).toBe('invalid_grant');
  });

  it('is a code of another app, a wrong secret, and an app that is not there', async () => {
    await home.client(
      aClientRequest({ id: 'home-wiki', mark: { home: 'h', namespace: 'home', name: 'wiki' } }),
    );
    const wiki = await testApp(() => home.running.port, 'home-wiki');
    const begun = await app.begin();
    const back = await app.visit(mila, begun);
    expect(await refusal(wiki.redeem(back, begun))).toBe('invalid_grant');
    const impostor = await testApp(() => home.running.port, 'home-rss', 'a guess of what the secret may be');
    expect(await refusal(impostor.redeem(back, begun))).toBe('unauthorized');
    const nobody = await testApp(() => home.running.port, 'home-gone');
    expect((await mila.open((await nobody.begin()).url)).text).toContain('not known to this home');
  });

  it('is somebody of no group that may enter, with a page that says so', async () => {
    await home.client(
      aClientRequest({
        id: 'home-safe',
        mark: { home: 'h', namespace: 'home', name: 'safe' },
        groups: ['parents'],
      }),
    );
    const safe = await testApp(() => home.running.port, 'home-safe');
    const page = await mila.open((await safe.begin()).url);
    expect(page.status).toBe(403);
    expect(page.text).toContain('Feeds is not open to you');
    expect(page.text).toContain('You are signed in as <strong>Mila</strong>');
    expect(page.text).toContain('Sign in as somebody else');
    await home.people({ name: 'mila', groups: ['family', 'parents'] });
    const tokens = await safe.tokens(mila);
    await home.people({ name: 'mila', groups: ['family'] });
    const { sub = '' } = tokens.claims() ?? {};
    await expect(openid.fetchUserInfo(safe.config, tokens.access_token, sub)).rejects.toMatchObject({
      status: 401,
    });
  });
});

describe('exceptions', () => {
  it('an app may leave out PKCE where its definition says that it can’t', async () => {
    await home.client(
      aClientRequest({
        id: 'home-old',
        mark: { home: 'h', namespace: 'home', name: 'old' },
        pkce: 'optional',
      }),
    );
    const old = await testApp(() => home.running.port, 'home-old');
    const url = new URL((await old.begin()).url);
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const back = await mila.open(url.href);
    expect(new URL(back.url).searchParams.get('code')).toBeTruthy();
  });

  it('either of two secrets is taken while one is exchanged for the other', async () => {
    const next = 'the second secret of the feed reader';
    const [one] = aClientRequest().secrets;
    await home.client({ secrets: [...(one ? [one] : []), { id: 'two', value: next }] });
    const renewed = await testApp(() => home.running.port, 'home-rss', next);
    expect((await app.tokens(mila)).claims()?.preferred_username).toBe('mila');
    expect((await renewed.tokens(mila)).claims()?.preferred_username).toBe('mila');
    await home.client({ secrets: [{ id: 'two', value: next }] });
    expect(await refusal(app.tokens(mila))).toBe('unauthorized');
    expect((await renewed.tokens(mila)).claims()?.preferred_username).toBe('mila');
    await home.client({});
  });
});
