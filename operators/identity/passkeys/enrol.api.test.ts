import { auditReport, devicesReport, identityPaths } from '@hearth/domain/identity-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const MINUTE = 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
});
afterAll(() => home?.stop());

const devices = async (name: string) =>
  devicesReport.parse(await (await home.admin('GET', identityPaths.devices(name))).json()).devices;

const passkeysOf = async (name: string) => (await devices(name)).length;

const lastEvents = async (count: number) =>
  auditReport.parse(await (await home.admin('GET', identityPaths.audit(0))).json()).entries.slice(-count);

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
    expect(await lastEvents(2)).toMatchObject([
      { event: 'sign-in', user: 'mila', device: 'Laptop', detail: 'Firefox on Linux' },
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

  it('opens one of fifty sessions at most, as a sign-in does', async () => {
    const mila = await home.member('mila');
    const sessions = () =>
      home.running.identity.sessions.of(home.running.identity.people.byName('mila')?.sub ?? '');
    for (let n = 0; sessions().length < 50; n++) await mila.elsewhere(`10.0.0.${n}`).signIn();
    const browser = home.browser().elsewhere('10.0.1.1');
    await browser.open(await home.link('mila'));
    expect((await browser.enrol('/enrol')).status).toBe(200);
    expect(sessions()).toHaveLength(50);
  });

  it('that any page could have a browser open, many times, keeps nobody from signing in', async () => {
    const mila = await home.member('mila');
    const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
    for (let n = 0; n < 300; n++) await home.browser().request('/enrol/x', { headers: picture });
    expect((await mila.signIn()).status).toBe(200);
  });
});
