import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reach, testApp } from './testing/app.ts';
import { createPlayers, ISSUER, type Players } from './testing/home.ts';
import { type IdentityProcess, startProcess } from './testing/process.ts';

let folder: string;
let file: string;
let identity: IdentityProcess;
let players: Players;
const port = () => identity.port;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  file = join(folder, 'identity.db');
  identity = await startProcess({ file });
  players = createPlayers(() => identity);
  await players.people({ name: 'mila' });
  await players.client({ signOutUri: undefined });
});
afterEach(async () => {
  await identity.kill();
  await rm(folder, { recursive: true, force: true });
});

const restart = async (path = file) => {
  await identity.kill();
  identity = await startProcess({ file: path });
};

const verifies = async (token: string) => {
  const jwks = (await (await reach(port)(`${ISSUER}/oidc/jwks`)).json()) as JSONWebKeySet;
  return jwtVerify(token, createLocalJWKSet(jwks), { issuer: ISSUER, audience: 'home-rss' });
};

describe('killed at any moment, identity', () => {
  it('goes on with a sign-in that an app has begun, wherever it was', async () => {
    const mila = await players.member('mila');
    await mila.request('/sign-out', { form: {} });
    const app = await testApp(port);
    const begun = await app.begin();
    const page = await mila.open(begun.url);
    await restart();
    const options = (await mila.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    const response = mila.authenticator.get(options);
    await restart();
    const verified = await mila.request('/sign-in/verify', {
      json: { response, to: new URL(page.url).pathname },
    });
    await restart();
    const back = new URL((await mila.open(String(verified.json().location))).url);
    await restart();
    const tokens = await app.redeem(back, begun);
    await restart();
    const { sub = '' } = tokens.claims() ?? {};
    expect(await openid.fetchUserInfo(app.config, tokens.access_token, sub)).toMatchObject({ name: 'Mila' });
    expect((await verifies(tokens.id_token ?? '')).payload.sub).toBe(sub);
  });

  it('loses no passkey that it has answered for, and uses no link twice', async () => {
    const link = await players.link('mila');
    const browser = players.browser();
    await browser.open(link);
    await restart();
    expect((await browser.enrol('/enrol')).status).toBe(200);
    await restart();
    expect((await players.browser().open(link)).status).toBe(410);
    expect((await browser.signIn()).status).toBe(200);
  });

  it.each([0, 5, 10, 20, 40])(
    'keeps each session that it has answered for, %d ms into opening many',
    async (delay) => {
      const mila = await players.member('mila');
      const browsers = Array.from({ length: 20 }, (_, n) => mila.elsewhere(`10.0.0.${n}`));
      const opening = Promise.allSettled(
        browsers.map(async (browser) => ((await browser.signIn()).status === 200 ? [browser] : [])),
      );
      await pause(delay);
      await restart();
      const opened = (await opening).flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      for (const browser of opened) expect((await browser.request('/')).status).toBe(200);
      expect((await mila.signIn()).status).toBe(200);
    },
  );
});

describe('with its file restored from a copy, identity', () => {
  it('lets people in with the passkeys that they had, and what it signed since still verifies', async () => {
    const mila = await players.member('mila');
    const app = await testApp(port);
    const before = await app.tokens(mila);
    await identity.stop();
    const copy = join(folder, 'copy.db');
    await copyFile(file, copy);
    identity = await startProcess({ file });
    const after = await app.tokens(mila);

    await restart(copy);
    for (const { id_token: token = '' } of [before, after]) {
      expect((await verifies(token)).payload.sub).toBe(before.claims()?.sub);
    }
    await mila.request('/sign-out', { form: {} });
    expect((await mila.signIn()).status).toBe(200);
    expect((await app.tokens(mila)).claims()?.sub).toBe(before.claims()?.sub);
    expect((await mila.request('/')).status).toBe(200);
  });
});

describe('the process', () => {
  it('answers what it was asked, then ends, when it is told to', async () => {
    const mila = await players.member('mila');
    const asked = Promise.allSettled(Array.from({ length: 20 }, () => mila.request('/')));
    await mila.request('/');
    expect(await identity.stop()).toBe(0);
    // Who came too late was refused; whoever was let in was answered.
    const answers = (await asked).flatMap((one) => (one.status === 'fulfilled' ? [one.value.status] : []));
    expect(new Set(answers)).toEqual(new Set([200]));
    identity = await startProcess({ file });
    expect((await mila.request('/')).status).toBe(200);
  });

  it('logs no secret', async () => {
    const mila = await players.member('mila');
    const tokens = await (await testApp(port)).tokens(mila);
    await mila.request('/app-passwords', { form: { name: 'Wiki' } });
    const secrets = [
      tokens.access_token,
      tokens.id_token ?? '',
      'admin-token',
      'a master key',
      'the first secret',
    ];
    for (const secret of secrets) expect(identity.log()).not.toContain(secret);
  });

  it('stays small, and does not grow, over a thousand sign-ins', { timeout: 400_000 }, async () => {
    // The first start fills the compile cache, as building the image does.
    await restart();
    const names = Array.from({ length: 20 }, (_, n) => `person-${n}`);
    await players.people(...names.map((name) => ({ name })));
    const people = await Promise.all(names.map((name) => players.member(name)));
    const app = await testApp(port);
    const signIns = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        const browser = people[n % people.length]?.elsewhere(`10.0.${n >> 8}.${n % 256}`);
        expect((await browser?.signIn())?.status).toBe(200);
        if (browser !== undefined) await app.tokens(browser);
      }
      return identity.memory();
    };
    const early = await signIns(0, 200);
    const late = await signIns(200, 1000);
    process.stdout.write(
      `identity holds ${early.toFixed(0)} MiB after 200 sign-ins, ${late.toFixed(0)} after 1,000\n`,
    );
    expect(late).toBeLessThan(150);
    expect(late - early).toBeLessThan(20);
  });
});
