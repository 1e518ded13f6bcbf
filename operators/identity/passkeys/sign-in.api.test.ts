import { accountsReport, auditReport, identityPaths } from '@hearth/domain/identity-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { startHome, type TestHome } from '../testing/home.ts';

const MINUTE = 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
});
afterAll(() => home?.stop());

const lastEvents = async (count: number) =>
  auditReport.parse(await (await home.admin('GET', identityPaths.audit(0))).json()).entries.slice(-count);

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
    const { users } = accountsReport.parse(await (await home.admin('GET', identityPaths.accounts)).json());
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
