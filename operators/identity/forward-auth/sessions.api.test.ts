import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { type AppVisitor, appVisitor } from '../testing/gateway.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const RSS = 'https://rss.hearth.test';
const client = {
  id: 'home-rss',
  strategy: 'forward-auth',
  redirectUris: [],
  postLogoutRedirectUris: [],
  secrets: [],
  url: `${RSS}/`,
} as const;

let home: TestHome;
let device: FakeBrowser;
let mila: FakeBrowser;
let rss: AppVisitor;
let visits = 0;

beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  device = await home.member('mila');
});
afterAll(() => home.stop());

beforeEach(async () => {
  await home.people({ name: 'mila' }, { name: 'guest', groups: [] });
  await home.client(client);
  // Always from another place: from one, it would soon be too often.
  mila = device.elsewhere(`198.51.100.${++visits}`);
  await mila.signIn();
  rss = appVisitor(() => home.running.port, client.id, ISSUER);
});

describe('a session that is over', () => {
  const isOut = async () => {
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 401, user: undefined });
    expect(await rss.request(`${RSS}/`)).toMatchObject({ status: 302, user: undefined });
  };
  beforeEach(async () => {
    await rss.open(`${RSS}/`, mila);
    expect(await rss.request(`${RSS}/`)).toMatchObject({ user: 'mila' });
  });

  it('is over at the next request when they sign out', async () => {
    await mila.request('/sign-out', { form: {} });
    await isOut();
  });

  it('is over when they sign out everywhere, elsewhere', async () => {
    const phone = mila.elsewhere('192.0.2.9');
    await phone.signIn();
    await phone.request('/sign-out/everywhere', { form: {} });
    await isOut();
  });

  it.each([
    ['disabled', [{ name: 'mila', disabled: true }]],
    ['removed', [{ name: 'guest' }]],
  ])('is over when they are %s', async (_how, people) => {
    await home.people(...people);
    await isOut();
  });

  it('is over when it expires', async () => {
    const before = await rss.request(`${RSS}/`);
    expect(before.user).toBe('mila');
    home.advance(31 * 24 * 60 * 60_000);
    await isOut();
    home.advance(-31 * 24 * 60 * 60_000);
  });

  it('is over for an app that is no longer there', async () => {
    await home.admin('DELETE', '/admin/v1/clients/home-rss', undefined, {
      'hearth-mark': JSON.stringify({ home: 'home-1', namespace: 'home', name: 'rss' }),
    });
    expect(await rss.request(`${RSS}/`)).toMatchObject({ status: 404, user: undefined });
  });
});

describe('somebody who shows their passkey once more', () => {
  it('goes on in the apps that are open: their scripts, and what is being written', async () => {
    await rss.open(`${RSS}/`, mila);
    const copy = mila.clone();
    expect((await mila.signIn('/devices')).status).toBe(200);
    expect(await rss.request(`${RSS}/api`, { script: true, method: 'POST' })).toMatchObject({ user: 'mila' });
    expect(await rss.request(`${RSS}/page`, { method: 'POST' })).toMatchObject({ user: 'mila' });
    // The cookie of before proves nothing any more.
    expect((await copy.request('/')).status).toBe(303);
    await mila.request('/sign-out', { form: {} });
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 401 });
  });

  it('goes on under a link, too', async () => {
    await rss.open(`${RSS}/`, mila);
    await mila.open(await home.link('mila'));
    expect((await mila.enrol('/enrol')).status).toBe(200);
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ user: 'mila' });
  });

  it('is somebody else’s end: nothing of theirs goes on', async () => {
    const guest = await home.member('guest', '203.0.113.5');
    await rss.open(`${RSS}/`, mila);
    const options = (await mila.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    const response = guest.authenticator.get(options);
    expect((await mila.request('/sign-in/verify', { json: { response } })).status).toBe(200);
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 401 });
  });
});

describe('leaving one app', () => {
  it('ends the visit, and asks whether that is all', async () => {
    await rss.open(`${RSS}/`, mila);
    const left = await rss.request(`${RSS}/.hearth/sign-out`);
    expect(left).toMatchObject({ status: 302, location: `${ISSUER}/forward-auth/left?client=home-rss` });
    expect(rss.cookies()).toEqual([]);
    const page = await mila.open(left.location ?? '');
    expect(page.text).toContain('You have left Feeds');
    expect(page.text).toContain('action="/sign-out"');
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 401 });
  });

  it('says so to who is signed out anyway', async () => {
    await mila.request('/sign-out', { form: {} });
    expect((await mila.open('/forward-auth/left?client=home-rss')).text).toContain('You are signed out');
  });

  it('is not done by what a page loads', async () => {
    await rss.open(`${RSS}/`, mila);
    const picture = { script: true, headers: { 'sec-fetch-mode': 'no-cors' } };
    expect(await rss.request(`${RSS}/.hearth/sign-out`, picture)).toMatchObject({ user: 'mila' });
    expect(rss.cookies()).toEqual([expect.stringMatching(/^__Host-hearth=/)]);
  });
});

it('keeps a session in use by what is opened with it', async () => {
  await rss.open(`${RSS}/`, mila);
  for (let day = 0; day < 10; day++) {
    home.advance(2 * 24 * 60 * 60_000);
    expect(await rss.request(`${RSS}/`)).toMatchObject({ user: 'mila' });
  }
  home.advance(-20 * 24 * 60 * 60_000);
});
