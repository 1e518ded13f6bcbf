import { identityPaths } from '@hearth/domain/identity-api';
import * as openid from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tidy } from './chores.ts';
import { type TestApp, type Tokens, testApp } from './testing/app.ts';
import type { FakeBrowser } from './testing/browser.ts';
import { startHome, type TestHome } from './testing/home.ts';

const DAY = 24 * 60 * 60_000;

let home: TestHome;
let app: TestApp;
let mila: FakeBrowser;
let sub: string;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  await home.client({});
  app = await testApp(() => home.running.port);
});
afterAll(() => home?.stop());
beforeEach(async () => {
  mila = await home.member('mila');
  sub = home.running.identity.people.byName('mila')?.sub ?? '';
  home.forgetTold();
});

const isVoid = async ({ access_token: access, refresh_token: refresh = '' }: Tokens) => {
  await expect(openid.fetchUserInfo(app.config, access, sub)).rejects.toMatchObject({ status: 401 });
  await expect(openid.refreshTokenGrant(app.config, refresh)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
};

const untilTold = () => expect.poll(() => home.told.length, { timeout: 5000 }).toBeGreaterThan(0);

describe('a sign-in that ends by itself', () => {
  it('after a month ends all that was opened in it, however late, and the apps are told', async () => {
    for (let day = 0; day < 29; day++) {
      home.advance(DAY);
      expect((await mila.request('/')).status).toBe(200);
    }
    const tokens = await app.tokens(mila);
    home.advance(2 * DAY);
    await tidy(home.running.identity);
    await isVoid(tokens);
    await untilTold();
    expect(home.running.identity.sessions.of(sub)).toEqual([]);
  });

  it('for nobody uses it does as well', async () => {
    const tokens = await app.tokens(mila);
    await tidy(home.running.identity);
    expect(await openid.fetchUserInfo(app.config, tokens.access_token, sub)).toMatchObject({ sub });
    home.advance(8 * DAY);
    await tidy(home.running.identity);
    await isVoid(tokens);
    await untilTold();
  });
});

describe('a removal that was cut off before it ended the sessions', () => {
  const cutOff = async () => {
    const [session] = home.running.identity.sessions.of(sub);
    const tokens = await app.tokens(mila);
    await home.running.identity.store.passkeys.remove(sub, session?.passkey ?? '');
    expect((await mila.request('/')).status).toBe(200);
    return { passkey: session?.passkey ?? '', tokens };
  };

  it('is finished by the next pass', async () => {
    const { tokens } = await cutOff();
    await tidy(home.running.identity);
    expect((await mila.request('/')).status).toBe(303);
    await isVoid(tokens);
  });

  it('is finished by removing it again', async () => {
    const { tokens, passkey } = await cutOff();
    expect((await home.admin('DELETE', identityPaths.device('mila', passkey))).status).toBe(204);
    expect((await mila.request('/')).status).toBe(303);
    await isVoid(tokens);
  });
});
