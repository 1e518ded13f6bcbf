import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const MINUTE = 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
});
afterAll(() => home?.stop());

/** Goes the way that a form of this page leads, showing a passkey where it is asked for. */
async function goBy(browser: FakeBrowser, page: string, path: string, form: Record<string, string> = {}) {
  const asked = await browser.request(path, { form, headers: { referer: `${ISSUER}${page}` } });
  expect(asked.headers.get('location')).toMatch(/^\/sign-in\?to=.*&again=1$/);
  const { searchParams } = new URL(asked.headers.get('location') ?? '', ISSUER);
  const { location } = (await browser.signIn(searchParams.get('to') ?? '')).json();
  return browser.open(String(location));
}

describe('what was sent too long after a sign-in', () => {
  let mila: FakeBrowser;
  beforeEach(async () => {
    mila = await home.member('mila');
    home.advance(16 * MINUTE);
  });

  it.each([
    ['/devices', '/devices/link'],
    ['/devices?notice=device-added', '/devices/some-device/remove'],
    ['/app-passwords', '/app-passwords'],
  ])('from %s to %s is not done, and the page says so', async (page, path) => {
    const back = await goBy(mila, page, path);
    expect(back).toMatchObject({ status: 200, url: expect.stringContaining(page.split('?')[0] ?? '') });
    expect(back.text).toContain('not done yet');
  });

  it.each(['/recovery-codes', '/recovery-codes/confirm', '/devices/link'])(
    'from %s, which only a post shows, comes back to a page that there is',
    async (page) => {
      const back = await goBy(mila, page, '/recovery-codes', { to: '/activity' });
      expect(back).toMatchObject({ status: 200, url: expect.stringContaining(`${ISSUER}/devices`) });
      expect(back.text).toContain('not done yet');
    },
  );

  it('in the middle of a first enrolment goes on with it, and then to where they came from', async () => {
    const ben = home.browser();
    await ben.open(await home.link('ben'));
    await ben.enrol('/enrol');
    home.advance(16 * MINUTE);
    const back = await goBy(ben, '/recovery-codes', '/recovery-codes', { to: '/activity' });
    expect(back).toMatchObject({ status: 200, url: expect.stringContaining('/enrol/safety') });
    expect(back.text).toContain('not done yet');
    expect(back.text).toContain('value="/activity"');
  });
});

describe('a notice', () => {
  it.each(['constructor', '__proto__', 'unknown'])('that there is not is not shown: %s', async (name) => {
    const mila = await home.member('mila');
    expect((await mila.request(`/devices?notice=${name}`)).text).not.toContain('class="notice"');
    expect((await mila.request('/devices?notice=device-added')).text).toContain('class="notice"');
  });
});

describe('the activity page', () => {
  it('tells what was done by whoever looks after the home from what the person did', async () => {
    const mila = await home.member('mila');
    const first = (await mila.request('/activity')).text;
    expect(first).toContain('Whoever looks after the home made a link for another device');
    expect(first).not.toContain('Made a link for another device');
    await mila.request('/devices/link', { form: {} });
    expect((await mila.request('/activity')).text).toContain('Made a link for another device');
  });
});
