import type { ClientRequest } from '@hearth/domain/identity-api';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EPOCH } from '../keys/signing.ts';
import { reach, type TestApp, type Tokens, testApp } from '../testing/app.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { aClientRequest, ISSUER, startHome, type TestHome } from '../testing/home.ts';

let home: TestHome;
let app: TestApp;
let mila: FakeBrowser;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
  await home.client({});
  await pad();
  app = await testApp(() => home.running.port);
});
afterAll(() => home?.stop());

const pad = (over: Partial<ClientRequest> = {}) =>
  home.client({
    ...aClientRequest({ id: 'home-pad', mark: { home: 'h', namespace: 'home', name: 'pad' }, title: 'Pad' }),
    signOutUri: undefined,
    ...over,
  });

const offline = { scope: 'openid offline_access', prompt: 'consent' };
let tokens: Tokens;
beforeEach(async () => {
  home.answer(200);
  mila = await home.member('mila');
  tokens = await app.tokens(mila, offline);
  home.forgetTold();
});

const isVoid = async (given: Tokens) => {
  await expect(
    openid.fetchUserInfo(app.config, given.access_token, given.claims()?.sub ?? ''),
  ).rejects.toMatchObject({ status: 401 });
  await expect(openid.refreshTokenGrant(app.config, given.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
};

const untilTold = () => expect.poll(() => home.told.length, { timeout: 5000 }).toBeGreaterThan(0);

const logoutToken = async (body: string) => {
  const jwks = (await (await reach(() => home.running.port)(`${ISSUER}/oidc/jwks`)).json()) as JSONWebKeySet;
  const token = new URLSearchParams(body).get('logout_token') ?? '';
  return jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: ISSUER,
    audience: 'home-rss',
    typ: 'logout+jwt',
  });
};

describe('signing out of identity', () => {
  it('ends the session and its tokens, and tells the apps that take it', async () => {
    await mila.open((await (await testApp(() => home.running.port, 'home-pad')).begin()).url);
    const page = await mila.request('/sign-out', { form: {} });
    expect(page.status).toBe(200);
    expect(page.text).toContain('Feeds');
    expect(mila.cookies()).not.toContain('__Host-hearth-identity');
    await isVoid(tokens);
    await untilTold();
    expect(home.told.map(({ url }) => url)).toEqual(['https://rss.hearth.test/logout']);
    const { payload } = await logoutToken(home.told[0]?.body ?? '');
    expect(payload).toMatchObject({
      sub: tokens.claims()?.sub,
      sid: tokens.claims()?.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: expect.any(String),
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('everywhere ends the sessions of all browsers', async () => {
    const other = mila.clone();
    await other.request('/sign-out', { form: {} });
    await other.signIn();
    await mila.signIn();
    expect((await other.request('/')).status).toBe(200);
    await mila.request('/sign-out/everywhere', { form: {} });
    expect((await other.request('/')).headers.get('location')).toBe('/sign-in?to=%2F');
  });

  it('is told again to an app that did not hear it', async () => {
    home.answer(500);
    await mila.request('/sign-out', { form: {} });
    await untilTold();
    home.forgetTold();
    home.answer(204);
    home.advance(11_000);
    home.running.identity.logouts.wake();
    await untilTold();
    await expect.poll(() => home.running.identity.store.logouts.due(Date.now() + 86_400_000 * 2)).toEqual([]);
  });
});

describe('signing out of an app', () => {
  const endSession = (more: Record<string, string> = {}) =>
    openid.buildEndSessionUrl(app.config, { id_token_hint: tokens.id_token ?? '', ...more }).href;

  const confirm = async (page: string) => {
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    return mila.open('/oidc/session/end/confirm', { form: { xsrf, logout: 'yes' } });
  };

  it('asks the person, ends it all, and sends them back to the app', async () => {
    const page = await mila.open(
      endSession({ post_logout_redirect_uri: 'https://rss.hearth.test/', state: 'there' }),
    );
    expect(page.status).toBe(200);
    expect(page.text).toContain('Feeds');
    expect((await confirm(page.text)).url).toBe('https://rss.hearth.test/?state=there');
    expect((await mila.request('/')).headers.get('location')).toBe('/sign-in?to=%2F');
    await isVoid(tokens);
    await untilTold();
    expect((await logoutToken(home.told[0]?.body ?? '')).payload.sid).toBe(tokens.claims()?.sid);
  });

  it('is told again to an app that did not hear it', async () => {
    home.answer(500);
    await confirm((await mila.open(endSession())).text);
    await expect
      .poll(() => home.running.identity.store.logouts.due(Date.now() + 86_400_000 * 2))
      .toHaveLength(1);
  });

  it('sends nobody to an address that is not the app’s', async () => {
    const page = await mila.open(endSession({ post_logout_redirect_uri: 'https://evil.example/' }));
    expect(page).toMatchObject({ status: 400, url: expect.stringContaining(ISSUER) });
    expect((await mila.request('/')).status).toBe(200);
  });

  it('asks who is signed in to identity alone, too, and ends that', async () => {
    await mila.request('/sign-out', { form: {} });
    await mila.signIn();
    const page = await mila.open(endSession());
    expect(page.text).toContain('Sign out of everything?');
    expect(page.text).not.toContain('document.forms');
    await confirm(page.text);
    expect((await mila.request('/')).headers.get('location')).toBe('/sign-in?to=%2F');
  });

  it('leaves who wants to stay signed in, and says so', async () => {
    const page = await mila.open(endSession());
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const stayed = await mila.open('/oidc/session/end/confirm', { form: { xsrf } });
    expect(stayed.text).toContain('You have left Feeds');
    expect(stayed.text).toContain('you are still signed in');
    expect(stayed.text).not.toContain('You are signed out');
    expect((await mila.request('/')).status).toBe(200);
    expect((await mila.open('/oidc/session/end/success')).text).toContain('You are still signed in');
  });

  it('names no app to strangers, nor to members those that they may not enter', async () => {
    const stranger = await home.browser().open('/oidc/session/end/success');
    expect(stranger.text).toContain('You are signed out');
    expect(stranger.text).not.toMatch(/Feeds|Pad/);
    await pad({ groups: ['parents'] });
    for (const path of [endSession(), '/oidc/session/end/success']) {
      expect((await mila.open(path)).text).not.toContain('Pad');
    }
    await pad();
  });

  it('is to be had where the app shows a sign-in whose key is gone', async () => {
    home.advance(3 * EPOCH);
    await mila.signIn();
    const page = await mila.open(endSession());
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('could not sign you out') });
    expect(page.text).toContain('action="/sign-out"');
    const stranger = await home.browser().open(endSession());
    expect(stranger.text).not.toContain('action="/sign-out"');
  });

  it('does nothing without the person’s yes', async () => {
    const page = await mila.open('/oidc/session/end/confirm', { form: { xsrf: 'guessed', logout: 'yes' } });
    expect(page.status).toBe(400);
    expect((await mila.request('/')).status).toBe(200);
    expect(home.told).toEqual([]);
  });
});

describe('somebody who', () => {
  it('is removed is out of everything, and the apps are told', async () => {
    await home.people({ name: 'ben' });
    expect((await mila.request('/')).headers.get('location')).toBe('/sign-in?to=%2F');
    await isVoid(tokens);
    await untilTold();
    expect((await mila.signIn()).status).toBe(403);
    await home.people({ name: 'mila' }, { name: 'ben' });
  });

  it('is disabled is out of everything, and comes back when they are let in again', async () => {
    await home.people({ name: 'mila', disabled: true }, { name: 'ben' });
    await isVoid(tokens);
    await untilTold();
    expect((await mila.signIn()).status).toBe(403);
    await home.people({ name: 'mila' }, { name: 'ben' });
    expect((await mila.signIn()).status).toBe(200);
    expect((await app.tokens(mila)).claims()?.sub).toBe(tokens.claims()?.sub);
  });

  it('leaves a group is out of its apps, and stays signed in', async () => {
    await home.client({ groups: ['family'] });
    await home.people({ name: 'mila', groups: [] }, { name: 'ben' });
    await isVoid(tokens);
    await untilTold();
    expect((await mila.request('/')).status).toBe(200);
    await home.people({ name: 'mila' }, { name: 'ben' });
    await home.client({});
  });
});
