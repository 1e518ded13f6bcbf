import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeAuthenticator } from '../testing/authenticator.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { codesOn, ISSUER, startHome, type TestHome } from '../testing/home.ts';

const MINUTE = 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
});
afterAll(() => home?.stop());

const passkeysOf = async (name: string): Promise<number> => {
  const { users } = (await (await home.admin('GET', '/admin/v1/accounts')).json()) as {
    users: { name: string; passkeys: number }[];
  };
  return users.find((user) => user.name === name)?.passkeys ?? 0;
};

const devices = async (name: string) =>
  (
    (await (await home.admin('GET', `/admin/v1/users/${name}/devices`)).json()) as {
      devices: { id: string }[];
    }
  ).devices;

const lastEvents = async (count: number) => {
  const { entries } = (await (await home.admin('GET', '/admin/v1/audit')).json()) as { entries: object[] };
  return entries.slice(-count);
};

describe('a one-time link', () => {
  it('enrols a device, and asks for a second way in before anything else', async () => {
    const browser = home.browser();
    const page = await browser.open(await home.link('mila'));
    expect(page).toMatchObject({ status: 200, url: `${ISSUER}/enrol` });
    expect(page.text).toContain('Mila');
    expect((await browser.enrol('/enrol')).json()).toEqual({ location: '/enrol/safety?to=%2F' });
    expect(browser.cookies()).toEqual(['__Host-hearth-identity']);
    expect((await browser.open('/')).url).toBe(`${ISSUER}/enrol/safety?to=%2F`);
    expect(await passkeysOf('mila')).toBe(1);
    expect(await lastEvents(1)).toMatchObject([
      { event: 'device-added', user: 'mila', device: 'Laptop', address: '192.0.2.7' },
    ]);
  });

  it('may be looked at by a chat before the person opens it', async () => {
    const link = await home.link('mila');
    for (let look = 0; look < 3; look++) await home.browser().open(link);
    const browser = home.browser();
    await browser.open(link);
    expect((await browser.enrol('/enrol')).status).toBe(200);
  });

  it('works once', async () => {
    const link = await home.link('mila');
    const [first, second] = [home.browser(), home.browser()];
    await first.open(link);
    await second.open(link);
    const before = await passkeysOf('mila');
    const [one, two] = await Promise.all([first.enrol('/enrol'), second.enrol('/enrol')]);
    expect([one.status, two.status].toSorted()).toEqual([200, 410]);
    expect(await passkeysOf('mila')).toBe(before + 1);
    expect((await home.browser().open(link)).status).toBe(410);
  });

  it('works until it expires, or there is a newer one', async () => {
    const old = await home.link('mila');
    const link = await home.link('mila', 5);
    expect((await home.browser().open(old)).status).toBe(410);
    home.advance(5 * MINUTE);
    expect((await home.browser().open(link)).status).toBe(410);
    expect((await home.browser().open('/enrol/guessed')).status).toBe(410);
    expect((await home.browser().open('/enrol')).status).toBe(410);
  });

  it.each([
    ['on another origin', { origin: 'https://rss.hearth.test' }],
    ['for another relying party', { rpId: 'hearth.test' }],
    ['without verifying the person', { unverified: true }],
  ])('is not used up by a passkey that was made %s', async (_how, wrong) => {
    const browser = home.browser();
    await browser.open(await home.link('ben'));
    expect((await browser.enrol('/enrol', wrong)).status).toBe(400);
    expect(await passkeysOf('ben')).toBe(0);
    expect((await browser.enrol('/enrol')).status).toBe(200);
    const [device] = await devices('ben');
    await home.admin('DELETE', `/admin/v1/users/ben/devices/${device?.id}`);
  });

  it('makes nothing for somebody else: options are for one person', async () => {
    const [mila, ben] = [home.browser(), home.browser()];
    await mila.open(await home.link('mila'));
    await ben.open(await home.link('ben'));
    const options = (await mila.request('/enrol/options', { json: {} })).json<
      Parameters<typeof mila.authenticator.create>[0]
    >();
    const response = mila.authenticator.create(options);
    expect((await ben.request('/enrol/verify', { json: { response } })).status).toBe(400);
  });
});

describe('signing in', () => {
  let mila: FakeBrowser;
  beforeAll(async () => {
    mila = await home.member('mila');
  });
  beforeEach(async () => {
    await mila.request('/sign-out', { form: {} });
    // Rates are counted by the same clock.
    home.advance(MINUTE);
  });

  it('takes a passkey, and remembers where and with what', async () => {
    expect((await mila.signIn('/devices')).json()).toEqual({ location: '/devices' });
    const [entry] = await lastEvents(1);
    expect(entry).toMatchObject({
      event: 'sign-in',
      user: 'mila',
      device: 'Laptop',
      address: '192.0.2.7',
      detail: 'Firefox on Linux',
    });
    const { users } = (await (await home.admin('GET', '/admin/v1/accounts')).json()) as {
      users: { name: string; lastSignIn?: string }[];
    };
    expect(users.find(({ name }) => name === 'mila')?.lastSignIn).toMatch(/^20\d\d-/);
  });

  it('gives a cookie of this very host that no script reads', async () => {
    const { headers } = await mila.signIn();
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-hearth-identity=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
      ),
    ]);
  });

  it.each([
    ['shown on another origin', { origin: 'https://rss.hearth.test' }],
    ['shown to another relying party', { rpId: 'rss.hearth.test' }],
    ['without the person verified', { unverified: true }],
    ['that names another person', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ['that counts backwards', { counter: 0 }],
  ])('is refused with a passkey %s', async (_how, wrong) => {
    expect((await mila.signIn()).status).toBe(200);
    await mila.request('/sign-out', { form: {} });
    expect((await mila.signIn('/', wrong)).status).toBe(403);
    expect(mila.cookies()).not.toContain('__Host-hearth-identity');
    expect(await lastEvents(1)).toMatchObject([{ event: 'sign-in-refused', user: 'mila' }]);
  });

  it('is refused with a passkey that nobody has here', async () => {
    const stranger = home.browser();
    const options = { challenge: 'x', rp: { id: 'identity.hearth.test' }, user: { id: 'eA' } };
    stranger.authenticator.create(options);
    expect((await stranger.signIn()).status).toBe(403);
  });

  it('is refused with an answer that was used before, is too late, or was not asked for', async () => {
    const options = (await mila.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    const response = mila.authenticator.get(options);
    expect((await mila.request('/sign-in/verify', { json: { response } })).status).toBe(200);
    expect((await home.browser().request('/sign-in/verify', { json: { response } })).status).toBe(403);
    const late = mila.authenticator.get(options);
    home.advance(11 * MINUTE);
    expect((await mila.request('/sign-in/verify', { json: { response: late } })).status).toBe(403);
    const own = mila.authenticator.get({ ...options, challenge: 'made-up' });
    expect((await mila.request('/sign-in/verify', { json: { response: own } })).status).toBe(403);
  });

  it.each([
    ['https://evil.example/'],
    ['//evil.example'],
    ['/\\evil.example'],
    ['/\t/evil.example'],
    ['javascript:alert(1)'],
    [{ x: 1 }],
  ])('never leads on to %s', async (to) => {
    expect((await mila.signIn(to as string)).json()).toEqual({ location: '/' });
    expect(
      (await mila.request(`/sign-in?to=${encodeURIComponent(String(to))}`)).headers.get('location'),
    ).toBe('/');
  });

  it('of somebody else in the same browser ends the session that was there', async () => {
    await mila.signIn();
    const ben = await home.member('ben');
    const shared = mila.clone();
    const options = (await ben.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    const response = ben.authenticator.get(options);
    expect((await shared.request('/sign-in/verify', { json: { response } })).status).toBe(200);
    expect((await shared.request('/')).text).toContain('Ben');
    expect((await mila.request('/')).status).toBe(303);
  });
});

describe('devices', () => {
  it('are added by somebody who has shown a passkey just now, and are a second way in', async () => {
    const browser = home.browser();
    await browser.open(await home.link('ben'));
    await browser.enrol('/enrol');
    home.advance(16 * MINUTE);
    const asked = await browser.request('/devices/options', { json: {} });
    expect(asked.status).toBe(401);
    expect(asked.json()).toMatchObject({ location: expect.stringMatching(/^\/sign-in\?to=.*&again=1$/) });
    await browser.signIn();
    expect((await browser.enrol('/devices')).status).toBe(200);
    expect((await browser.request('/')).status).toBe(200);
  });

  it('are renamed and removed; what was signed in with one is signed out', async () => {
    const phone = await home.member('ben');
    const laptop = phone.clone();
    const second = fakeAuthenticator(ISSUER);
    const options = (await phone.request('/devices/options', { json: {} })).json<
      Parameters<typeof second.create>[0]
    >();
    const created = second.create(options) as { id: string };
    await phone.request('/devices/verify', { json: { response: created, name: 'Tablet' } });
    await laptop.request('/sign-out', { form: {} });
    const ask = (await laptop.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    await laptop.request('/sign-in/verify', { json: { response: second.get(ask) } });
    await phone.signIn();
    expect((await laptop.request('/')).status).toBe(200);

    expect((await phone.request(`/devices/${created.id}/rename`, { form: { name: '' } })).status).toBe(400);
    await phone.request(`/devices/${created.id}/rename`, { form: { name: '<Ben’s> tablet' } });
    expect((await phone.request('/devices')).text).toContain('&lt;Ben’s&gt; tablet');
    const removed = await phone.request(`/devices/${created.id}/remove`, { form: {} });
    expect(removed.headers.get('location')).toBe('/devices?notice=device-removed');
    expect((await laptop.request('/')).status).toBe(303);
    const again = (await laptop.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    expect((await laptop.request('/sign-in/verify', { json: { response: second.get(again) } })).status).toBe(
      403,
    );
  });

  it('that are the last one, or another’s, are not removed', async () => {
    for (const { id } of await devices('mila'))
      await home.admin('DELETE', `/admin/v1/users/mila/devices/${id}`);
    const mila = await home.member('mila');
    const [own] = await devices('mila');
    const [other] = await devices('ben');
    expect((await mila.request(`/devices/${own?.id}/remove`, { form: {} })).status).toBe(400);
    const count = await passkeysOf('ben');
    await mila.request(`/devices/${other?.id}/remove`, { form: {} });
    expect(await passkeysOf('ben')).toBe(count);
  });
});

describe('recovery codes', () => {
  it('are in force once one was typed, and each lets somebody enrol a device once', async () => {
    const mila = home.browser();
    await mila.open(await home.link('mila'));
    await mila.enrol('/enrol');
    const codes = codesOn((await mila.request('/recovery-codes', { form: { to: '/' } })).text);
    expect(new Set(codes).size).toBe(10);
    const [first = '', second = ''] = codes;
    const lost = home.browser();
    expect((await lost.request('/recover', { form: { name: 'mila', code: first } })).status).toBe(400);
    expect((await mila.request('/recovery-codes/confirm', { form: { code: 'WRONG' } })).status).toBe(400);
    const confirmed = await mila.request('/recovery-codes/confirm', {
      form: { code: first.toLowerCase().replaceAll('-', ' '), to: '/activity' },
    });
    expect(confirmed.headers.get('location')).toBe('/activity');

    const page = await lost.open('/recover', { form: { name: ' Mila ', code: second } });
    expect(page.url).toBe(`${ISSUER}/enrol`);
    expect((await lost.enrol('/enrol')).json()).toEqual({ location: '/devices?notice=device-added' });
    expect((await home.browser().request('/recover', { form: { name: 'mila', code: second } })).status).toBe(
      400,
    );
    expect((await home.browser().request('/recover', { form: { name: 'ben', code: first } })).status).toBe(
      400,
    );
  });

  it('can’t be tried for long, by one place or for one person', async () => {
    const attempt = (name: string, address: string) =>
      home.browser().request('/recover', {
        form: { name, code: 'AAAA-AAAA-AAAA-AAAA' },
        headers: { 'x-forwarded-for': address },
      });
    const byName = [];
    for (let n = 0; n < 8; n++) byName.push((await attempt('zoe', `198.51.100.${n}`)).status);
    expect(byName).toEqual([400, 400, 400, 400, 400, 429, 429, 429]);
    const byPlace = [];
    for (let n = 0; n < 12; n++) byPlace.push((await attempt(`nobody-${n}`, `2001:db8:1:2::${n}`)).status);
    expect(byPlace.slice(9)).toEqual([400, 429, 429]);
  });
});
