import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EPOCH, nextEpoch } from '../keys/signing.ts';
import { reach, type TestApp, testApp } from '../testing/app.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

let home: TestHome;
let app: TestApp;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  await home.client({});
  app = await testApp(() => home.running.port);
});
afterAll(() => home?.stop());

const jwks = async () =>
  (await (await reach(() => home.running.port)(`${ISSUER}/oidc/jwks`)).json()) as JSONWebKeySet;

it('signing keys change with the epoch: known before, verified after, and no sign-in notices', async () => {
  const mila = await home.member('mila');
  const before = await jwks();
  const old = await app.tokens(mila, { scope: 'openid offline_access', prompt: 'consent' });
  const begun = await app.begin();
  const code = await app.visit(mila, begun);

  home.advance(nextEpoch(Date.now()) - Date.now());
  const fresh = (await app.redeem(code, begun)).id_token ?? '';
  const known = await jwtVerify(fresh, createLocalJWKSet(before), { issuer: ISSUER });
  expect(known.protectedHeader.kid).toBe(before.keys[1]?.kid);
  const after = await jwks();
  await jwtVerify(old.id_token ?? '', createLocalJWKSet(after), { issuer: ISSUER });
  expect(await openid.fetchUserInfo(app.config, old.access_token, old.claims()?.sub ?? '')).toBeDefined();
  expect((await openid.refreshTokenGrant(app.config, old.refresh_token ?? '')).id_token).toBeDefined();

  home.advance(EPOCH);
  const later = await jwks();
  expect(later.keys.map(({ kid }) => kid)).not.toContain(before.keys[0]?.kid);
});
