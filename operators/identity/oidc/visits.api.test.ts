import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../testing/app.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** More than anybody may send from one place. */
const TOO_MANY = 300;

let home: TestHome;
let app: TestApp;
let mila: FakeBrowser;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  await home.client({});
  app = await testApp(() => home.running.port);
});
afterAll(() => home?.stop());
beforeEach(async () => {
  home.advance(HOUR);
  mila = await home.member('mila');
});

/** For how long the provider remembers who has come by, as its cookie says. */
function rememberedFor(headers: Headers): number {
  const cookie = headers.getSetCookie().find((one) => one.startsWith('__Host-hearth-oidc='));
  return Date.parse(/expires=([^;]+)/i.exec(cookie ?? '')?.[1] ?? '') - Date.now();
}

describe('who comes by without signing in', () => {
  it('is forgotten within the hour, so that nobody can fill the store', async () => {
    const { headers } = await home.browser().request(`/oidc/session/end?state=${'x'.repeat(4000)}`);
    expect(rememberedFor(headers)).toBeGreaterThan(0);
    expect(rememberedFor(headers)).toBeLessThanOrEqual(HOUR);
    await app.tokens(mila);
    const known = await mila.request((await app.begin()).url);
    expect(rememberedFor(known.headers)).toBeGreaterThan(29 * DAY);
  });

  const visits = async (headers: Record<string, string> = {}) => {
    const statuses = [];
    for (let n = 0; n < TOO_MANY; n++) {
      statuses.push((await home.browser().request('/oidc/auth', { headers })).status);
    }
    return new Set(statuses.slice(-20));
  };

  it('can come only so often, and keeps nobody from signing in', async () => {
    expect(await visits()).toEqual(new Set([429]));
    expect((await mila.signIn()).status).toBe(200);
    expect((await mila.elsewhere('192.0.2.9').request('/oidc/auth')).status).toBe(400);
    for (const path of ['/oidc/jwks', '/.well-known/openid-configuration']) {
      expect((await mila.request(path)).status).toBe(200);
    }
  });

  it('is not counted with people when it is a picture in somebody’s page', async () => {
    expect(await visits({ 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' })).toEqual(
      new Set([429]),
    );
    expect((await app.tokens(mila)).claims()?.preferred_username).toBe('mila');
  });
});

describe('an app that asks by a form', () => {
  const headers = { origin: 'https://rss.hearth.test', 'sec-fetch-site': 'same-site' };

  it('gets somebody signed in (OpenID Connect Core 1.0, 3.1.2.1)', async () => {
    const begun = await app.begin();
    const form = Object.fromEntries(new URL(begun.url).searchParams);
    const back = await mila.open('/oidc/auth', { form, headers });
    const tokens = await app.redeem(new URL(back.url), begun);
    expect(tokens.claims()?.preferred_username).toBe('mila');
  });

  it('gets somebody asked whether to sign out (RP-Initiated Logout 1.0, 2), and no more', async () => {
    const { id_token: hint = '' } = await app.tokens(mila);
    const page = await mila.open('/oidc/session/end', { form: { id_token_hint: hint }, headers });
    expect(page).toMatchObject({ status: 200, url: expect.stringContaining(`${ISSUER}/oidc/session/end`) });
    expect(page.text).toContain('You are leaving <strong>Feeds</strong>');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const confirmed = { form: { xsrf, logout: 'yes' }, headers };
    expect((await mila.request('/oidc/session/end/confirm', confirmed)).status).toBe(403);
    expect((await mila.request('/')).status).toBe(200);
  });
});
