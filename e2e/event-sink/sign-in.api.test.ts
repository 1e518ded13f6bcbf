import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hearth/runtime/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSignIn } from '../../operators/event-sink/http/sign-in/openid-sign-in.ts';
import { type Onward, type SignIn, SignInFailed } from '../../operators/event-sink/http/sign-in/sign-in.ts';
import { reach } from '../../operators/identity/testing/app.ts';
import type { FakeBrowser } from '../../operators/identity/testing/browser.ts';
import { createPlayers, ISSUER, type Players } from '../../operators/identity/testing/home.ts';
import { type IdentityProcess, startProcess } from '../../operators/identity/testing/process.ts';

const BASE = 'https://hearth.test/';
const CALLBACK = `${BASE}-/sign-in/callback`;
const SECRET = 'the secret by which the sink proves itself';
const MINUTE = 60_000;

let folder: string;
let identity: IdentityProcess;
let players: Players;
let ada: FakeBrowser;
let offset = 0;

const fetchIdentity = reach(() => identity.port);
const clock = { ...systemClock, now: () => new Date(Date.now() + offset) };
const options = {
  issuer: ISSUER,
  clientId: 'hearth-events',
  clientSecret: SECRET,
  base: BASE,
  key: Buffer.alloc(32, 7),
  clock,
  fetch: fetchIdentity,
};
const signIn = createSignIn(options);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  identity = await startProcess({ file: join(folder, 'identity.db') });
  players = createPlayers(() => identity);
  await players.people({ name: 'ada', groups: ['cooks', 'family'] });
  const { status } = await players.client({
    id: 'hearth-events',
    mark: { home: 'home-1', namespace: 'hearth-system', name: 'hearth-events' },
    redirectUris: [CALLBACK],
    signOutUri: undefined,
    postLogoutRedirectUris: [],
    title: 'Events',
    url: BASE,
    secrets: [{ id: 'one', value: SECRET }],
  });
  expect(status).toBeLessThan(300);
  ada = await players.member('ada');
});
afterAll(async () => {
  await identity?.kill();
  await rm(folder, { recursive: true, force: true });
});

/** The `Cookie` header of a browser that was told to keep these. */
const kept = ({ cookies }: Onward): string =>
  cookies.flatMap((cookie) => (cookie.includes('Max-Age=0') ? [] : [cookie.split(';')[0]])).join('; ');

/** Goes to the provider with a browser, and comes back. */
async function visit(begun: Onward, browser = ada): Promise<URLSearchParams> {
  const { url } = await browser.open(begun.location);
  if (!url.startsWith(CALLBACK)) throw new Error(`did not come back, but to ${url}`);
  return new URL(url).searchParams;
}

const refusal = (promise: Promise<unknown>): Promise<number | 'none'> =>
  promise.then(
    () => 'none' as const,
    (error: unknown) => {
      if (error instanceof SignInFailed) return error.status;
      throw error;
    },
  );

async function signedIn(to?: string): Promise<Onward> {
  const begun = await signIn.begin(to, undefined);
  return signIn.finish(await visit(begun), kept(begun));
}

test('somebody of the home signs in with their passkey, and goes on to where they wanted', async () => {
  const done = await signedIn('/home/apps.apps.hearth.dev/rss?at=7');
  expect(done.location).toBe('/home/apps.apps.hearth.dev/rss?at=7');
  expect(signIn.who(kept(done))).toEqual({ name: 'ada' });
});

test('identity is asked for a code, with PKCE, state and nonce', async () => {
  const { location, cookies } = await signIn.begin('/', undefined);
  const { origin, pathname, searchParams } = new URL(location);
  expect(`${origin}${pathname}`).toBe(`${ISSUER}/oidc/auth`);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: 'hearth-events',
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  const secrets = [searchParams.get('state'), searchParams.get('nonce'), SECRET];
  for (const secret of secrets) expect(cookies.join()).not.toContain(secret);
});

test('what a browser keeps is for this host, out of the reach of scripts, and sealed', async () => {
  const { cookies } = await signedIn();
  const [session = ''] = cookies;
  expect(session).toMatch(
    /^__Host-hearth-events=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600$/,
  );
  expect(Buffer.from(session.split(/[=;]/)[1] ?? '', 'base64url').toString('latin1')).not.toMatch(/ada/);
});

describe('nobody is signed in', () => {
  const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
    'without what the browser kept when it began': async () => {
      const begun = await signIn.begin('/', undefined);
      return signIn.finish(await visit(begun), undefined);
    },
    'with an answer for another browser (login CSRF)': async () => {
      const [mine, others] = [await signIn.begin('/', undefined), await signIn.begin('/', undefined)];
      return signIn.finish(await visit(others), kept(mine));
    },
    'with a code that was used': async () => {
      const begun = await signIn.begin('/', undefined);
      const query = await visit(begun);
      await signIn.finish(query, kept(begun));
      return signIn.finish(query, kept(begun));
    },
    'with another state': async () => {
      const begun = await signIn.begin('/', undefined);
      const query = await visit(begun);
      query.set('state', 'x'.repeat(43));
      return signIn.finish(query, kept(begun));
    },
    'with an answer of another issuer (mix-up)': async () => {
      const begun = await signIn.begin('/', undefined);
      const query = await visit(begun);
      query.set('iss', 'https://evil.test');
      return signIn.finish(query, kept(begun));
    },
    'with the code of another sign-in': async () => {
      const [mine, others] = [await signIn.begin('/', undefined), await signIn.begin('/', undefined)];
      const query = await visit(mine);
      query.set('code', (await visit(others)).get('code') ?? '');
      return signIn.finish(query, kept(mine));
    },
    'with no code at all': async () => {
      const begun = await signIn.begin('/', undefined);
      return signIn.finish(new URLSearchParams(), kept(begun));
    },
    'with what was sealed by somebody else': async () => {
      const begun = await createSignIn({ ...options, key: Buffer.alloc(32, 8) }).begin('/', undefined);
      return signIn.finish(await visit(begun), kept(begun));
    },
    'with a session in place of what was begun': async () => {
      const begun = await signIn.begin('/', undefined);
      const [place = ''] = kept(begun).split('=');
      const session = kept(await signedIn()).replace('__Host-hearth-events=', `${place}=`);
      return signIn.finish(await visit(begun), session);
    },
    'after a quarter of an hour': async () => {
      const begun = await signIn.begin('/', undefined);
      const query = await visit(begun);
      offset = 16 * MINUTE;
      return signIn.finish(query, kept(begun)).finally(() => {
        offset = 0;
      });
    },
  };

  test.each(Object.entries(attempts))('%s', async (_how, attempt) => {
    expect(await refusal(attempt())).toBe(400);
  });

  test('by a sink that can’t prove itself: its secret may be another soon', async () => {
    const stranger = createSignIn({ ...options, clientSecret: 'a secret that nobody has ever set' });
    const begun = await stranger.begin('/', undefined);
    expect(await refusal(stranger.finish(await visit(begun), kept(begun)))).toBe(503);
  });

  test('who said no, or was not let in', async () => {
    const begun = await signIn.begin('/', undefined);
    const state = new URL(begun.location).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', state, iss: ISSUER });
    expect(await refusal(signIn.finish(query, kept(begun)))).toBe(403);
  });
});

describe('a session', () => {
  test('ends after an hour', async () => {
    const cookie = kept(await signedIn());
    offset = 59 * MINUTE;
    expect(signIn.who(cookie)?.name).toBe('ada');
    offset = 61 * MINUTE;
    expect(signIn.who(cookie)).toBeUndefined();
    offset = 0;
  });

  test('is nobody’s who has changed it, and nobody’s elsewhere', async () => {
    const cookie = kept(await signedIn());
    const [, sealed = ''] = cookie.split('=');
    for (const at of [0, 20, 40, sealed.length - 1]) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(
        signIn.who(`__Host-hearth-events=${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`),
      ).toBeUndefined();
    }
    expect(createSignIn({ ...options, key: Buffer.alloc(32, 8) }).who(cookie)).toBeUndefined();
    for (const nothing of [undefined, '', 'x', '__Host-hearth-events=', '__Host-hearth-events=x'])
      expect(signIn.who(nothing)).toBeUndefined();
  });

  test('is found beside other cookies, and beside one of its name that is none', async () => {
    const cookie = kept(await signedIn());
    expect(signIn.who(`a=b; __Host-hearth-events=x; ${cookie}; c=d`)?.name).toBe('ada');
  });

  test('goes when its person signs out', async () => {
    const { location, cookies } = signIn.leave();
    expect(location).toBe('/');
    expect(cookies).toEqual(['__Host-hearth-events=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0']);
  });
});

describe('a browser with many tabs', () => {
  test('signs in with each, in any order', async () => {
    const first = await signIn.begin('/first', undefined);
    const second = await signIn.begin('/second', kept(first));
    const both = `${kept(first)}; ${kept(second)}`;
    for (const [begun, to] of [
      [first, '/first'],
      [second, '/second'],
    ] as const)
      expect((await signIn.finish(await visit(begun), both)).location).toBe(to);
  });

  test('keeps a few, not all that were ever begun', async () => {
    const jar = new Map<string, string>();
    for (let tab = 0; tab < 20; tab += 1) {
      const header = [...jar].map((pair) => pair.join('=')).join('; ');
      for (const cookie of (await signIn.begin('/', header)).cookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      expect(jar.size).toBeLessThanOrEqual(5);
    }
  });
});

test('nobody is led to another host', async () => {
  const targets = [
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'https://evil.test',
    'evil',
    '/-/sign-in?to=/',
    '',
  ];
  for (const to of targets) expect([to, (await signedIn(to)).location]).toEqual([to, '/']);
});

test('while identity is away it is said so, and afterwards people sign in', async () => {
  let away = true;
  const unsure: SignIn = createSignIn({
    ...options,
    fetch: (input, init) =>
      away ? Promise.reject(new TypeError('fetch failed')) : fetchIdentity(input, init),
  });
  expect(await refusal(unsure.begin('/', undefined))).toBe(503);
  away = false;
  const begun = await unsure.begin('/', undefined);
  const query = await visit(begun);
  away = true;
  expect(await refusal(unsure.finish(query, kept(begun)))).toBe(503);
  away = false;
  expect(unsure.who(kept(await unsure.finish(query, kept(begun))))?.name).toBe('ada');
});
