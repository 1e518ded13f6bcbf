import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../testing/app.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { startHome, type TestHome } from '../testing/home.ts';

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

describe('refresh tokens', () => {
  it.each([
    ['does not ask for one', { scope: 'openid' }],
    ['asks by the scope alone, as most libraries do', { scope: 'openid offline_access' }],
    ['asks with a prompt for consent', { scope: 'openid offline_access', prompt: 'consent' }],
  ])('are for every app: one that %s', async (_how, asked) => {
    const { refresh_token: token = '' } = await app.tokens(mila, asked);
    const fresh = await openid.refreshTokenGrant(app.config, token);
    expect(fresh.claims()?.sub).toBeDefined();
    expect(fresh.access_token).toBeDefined();
  });

  it('can be used again by an app that missed the answer, or has two workers', async () => {
    const { refresh_token: token = '' } = await app.tokens(mila);
    const both = await Promise.all([1, 2].map(() => openid.refreshTokenGrant(app.config, token)));
    const later = await openid.refreshTokenGrant(app.config, token);
    for (const { access_token: access } of [...both, later]) {
      const { sub = '' } = later.claims() ?? {};
      expect(await openid.fetchUserInfo(app.config, access, sub)).toMatchObject({ sub });
    }
  });

  it('can be revoked by the app', async () => {
    const { refresh_token: token = '' } = await app.tokens(mila);
    await openid.tokenRevocation(app.config, token);
    await expect(openid.refreshTokenGrant(app.config, token)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('end with the sign-in', async () => {
    const { refresh_token: token = '' } = await app.tokens(mila);
    await mila.request('/sign-out', { form: {} });
    await expect(openid.refreshTokenGrant(app.config, token)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await mila.signIn();
  });
});
