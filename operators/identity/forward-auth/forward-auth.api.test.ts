import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { type AppVisitor, appVisitor } from '../testing/gateway.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const RSS = 'https://rss.hearth.test';
const client = {
  strategy: 'forward-auth',
  redirectUris: [],
  postLogoutRedirectUris: [],
  secrets: [],
} as const;

let home: TestHome;
let device: FakeBrowser;
let guest: FakeBrowser;
let mila: FakeBrowser;
let rss: AppVisitor;
let visits = 0;

const everybody = () => home.people({ name: 'mila' }, { name: 'guest', groups: [] });

beforeAll(async () => {
  home = await startHome();
  await everybody();
  [device, guest] = [await home.member('mila'), await home.member('guest')];
});
afterAll(() => home.stop());

beforeEach(async () => {
  await everybody();
  await home.client({ ...client, id: 'home-rss', groups: ['family'], url: `${RSS}/` });
  await home.client({ ...client, id: 'home-films', title: 'Films', url: 'https://films.hearth.test/' });
  // Always from another place: from one, it would soon be too often.
  mila = device.elsewhere(`198.51.100.${++visits}`);
  await mila.signIn();
  rss = visitor();
});

const visitor = (id = 'home-rss') => appVisitor(() => home.running.port, id, ISSUER);
const last = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split('=')[0]);
const codeOf = (url: string | undefined) => new URL(url ?? '').searchParams.get('code');

/** Goes as far as the code, and does not take it. */
async function untilCode(host: AppVisitor, browser: FakeBrowser, path = '/'): Promise<string> {
  const sent = await host.request(`${RSS}${path}`);
  const back = await browser.request(sent.location ?? '');
  expect(back.headers.get('location')).toMatch(/^https:\/\/rss\.hearth\.test\/\.hearth\/callback\?code=/);
  return back.headers.get('location') ?? '';
}

describe('somebody who is signed in at identity', () => {
  it('comes to the page they wanted, and stays', async () => {
    const answer = await rss.open(`${RSS}/unread?page=2`, mila);
    expect(answer).toMatchObject({ status: 200, user: 'mila', url: `${RSS}/unread?page=2` });
    expect(last(rss.cookies())).toEqual(['__Host-hearth']);
    expect(await rss.request(`${RSS}/api`, { script: true, method: 'POST' })).toMatchObject({ user: 'mila' });
  });

  it('gets a cookie for this host alone, out of reach of scripts', async () => {
    const sent = await rss.request(`${RSS}/`);
    const back = await rss.request((await mila.open(sent.location ?? '')).url);
    const [cookie, begun] = back.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-hearth=\S+; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(begun).toMatch(/^__Host-hearth-begin=; .*Max-Age=0$/);
  });

  it('is told of in headers, and in the trail', async () => {
    await rss.open(`${RSS}/`, mila);
    const { headers } = await rss.request(`${RSS}/`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-forwarded-user': 'mila',
      'remote-groups': 'family',
      'remote-email': 'mila@example.org',
      'x-forwarded-name': 'Mila',
    });
    expect((await mila.request('/activity')).text).toContain('Opened an app');
    expect((await mila.request('/sessions')).text).toContain('Opened Feeds');
  });

  it('can open two tabs at once', async () => {
    const [one, other] = [await untilCode(rss, mila, '/one'), await untilCode(rss, mila, '/two')];
    expect(await rss.request(one)).toMatchObject({ status: 302, location: `${RSS}/one` });
    // The first has taken what they began with; the second needs it no longer.
    expect(await rss.request(other)).toMatchObject({ status: 302, location: `${RSS}/two` });
    expect(await rss.request(`${RSS}/two`)).toMatchObject({ user: 'mila' });
  });

  it('goes on at the beginning of the app where something was sent', async () => {
    const sent = await rss.request(`${RSS}/feeds/new`, { method: 'POST' });
    expect(new URL(sent.location ?? '').searchParams.get('to')).toBe(`${RSS}/`);
  });
});

describe('somebody who is not', () => {
  it('is sent to sign in, and then to the page', async () => {
    const stranger = mila.elsewhere('192.0.2.9');
    const asked = await rss.open(`${RSS}/unread`, stranger);
    expect(asked.url).toMatch(/\/forward-auth\/start\?/);
    const page = await stranger.open(asked.url);
    expect(page.text).toContain('Sign in to Feeds');
    const to = asked.url.slice(ISSUER.length);
    expect((await stranger.signIn(to)).json()).toEqual({ location: to });
    expect(await rss.open(`${RSS}/unread`, stranger)).toMatchObject({ user: 'mila', url: `${RSS}/unread` });
  });

  it('is refused where nobody could be sent anywhere', async () => {
    const script = await rss.request(`${RSS}/api`, { script: true });
    expect(script).toMatchObject({ status: 401, location: undefined });
    expect(script.headers.get('www-authenticate')).toBe('Hearth');
    const socket = await rss.request(`${RSS}/ws`, { headers: { 'sec-fetch-mode': 'websocket' } });
    expect(socket).toMatchObject({ status: 401, location: undefined });
    expect(rss.cookies()).toEqual([]);
  });
});

describe('somebody of the wrong group', () => {
  it('is told so, by a page', async () => {
    const answer = await rss.open(`${RSS}/`, guest);
    expect(answer).toMatchObject({ status: 403, user: undefined });
    const page = await guest.open(answer.url);
    expect(page.text).toContain('Feeds is not open to you');
    // On a tablet that others use, too, this is where they find out as whom.
    expect(page.text).toContain('You are signed in as <strong>Guest</strong>');
    expect(page.text).toMatch(/action="\/sign-out"><button [^>]*>Sign in as somebody else/);
    expect(await visitor('home-films').open('https://films.hearth.test/', guest)).toMatchObject({
      user: 'guest',
    });
  });

  it('is out as soon as they have left it', async () => {
    await rss.open(`${RSS}/`, mila);
    await home.people({ name: 'mila', groups: ['others'] }, { name: 'guest', groups: [] });
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 403, user: undefined });
    expect(await rss.open(`${RSS}/`, mila)).toMatchObject({ status: 403, user: undefined });
  });
});

describe('a code', () => {
  it('works once', async () => {
    const back = await untilCode(rss, mila);
    const began = rss.cookies();
    expect(await rss.request(back)).toMatchObject({ location: `${RSS}/` });
    rss.bring(began);
    const again = await rss.request(back);
    expect(again.headers.getSetCookie().join()).not.toContain('__Host-hearth=');
    expect(again.location).toMatch(/^https:\/\/identity\.hearth\.test\/forward-auth\/start\?/);
  });

  it('works once where two take it at the same time', async () => {
    const back = await untilCode(rss, mila);
    const [one, other] = [visitor(), visitor()];
    one.bring(rss.cookies());
    other.bring(rss.cookies());
    await Promise.all([one.request(back), other.request(back)]);
    expect([...last(one.cookies()), ...last(other.cookies())].toSorted()).toEqual([
      '__Host-hearth',
      '__Host-hearth-begin',
    ]);
  });

  it('gives nothing in another browser: nobody can be signed in as somebody else by a link', async () => {
    const back = await untilCode(rss, mila);
    const victim = visitor();
    const answer = await victim.request(back);
    expect(answer.location).toBe(`${ISSUER}/forward-auth/lost?client=home-rss`);
    expect(victim.cookies()).toEqual([]);
    expect((await mila.open(answer.location ?? '')).text).toContain('This sign-in was begun elsewhere');
  });

  it('gives nothing in a browser that has begun a sign-in of its own', async () => {
    const back = await untilCode(rss, mila);
    const victim = visitor();
    await victim.request(`${RSS}/`);
    expect((await victim.request(back)).location).toContain('/forward-auth/start?');
    expect(last(victim.cookies())).toEqual(['__Host-hearth-begin']);
  });

  it('is of one app and one host', async () => {
    const back = await untilCode(rss, mila);
    const films = visitor('home-films');
    films.bring(rss.cookies());
    const answer = await films.request(back.replace(RSS, 'https://films.hearth.test'));
    expect(answer.headers.getSetCookie().join()).not.toContain('__Host-hearth=');
    const confused = visitor('home-films');
    confused.bring(rss.cookies());
    expect(await confused.request(back)).toMatchObject({
      location: 'https://films.hearth.test/',
      user: undefined,
    });
  });

  it('expires', async () => {
    const back = await untilCode(rss, mila);
    home.advance(61_000);
    expect((await rss.request(back)).location).toContain('/forward-auth/start?');
    home.advance(-61_000);
    expect(last(rss.cookies())).toEqual(['__Host-hearth-begin']);
  });

  it('is worth nothing once the session is over', async () => {
    const back = await untilCode(rss, mila);
    await mila.request('/sign-out', { form: {} });
    expect((await rss.request(back)).location).toContain('/forward-auth/start?');
    expect(last(rss.cookies())).toEqual(['__Host-hearth-begin']);
  });

  it('can’t be made up', async () => {
    const back = new URL(await untilCode(rss, mila));
    const code = codeOf(back.href) ?? '';
    for (const other of [`${code.slice(0, -2)}AA`, 'x', '']) {
      back.searchParams.set('code', other);
      expect((await rss.request(back.href)).location).toContain('/forward-auth/start?');
    }
    expect(last(rss.cookies())).toEqual(['__Host-hearth-begin']);
  });
});

describe('a cookie', () => {
  it('opens no other app', async () => {
    await rss.open(`${RSS}/`, mila);
    const films = visitor('home-films');
    films.bring(rss.cookies());
    expect(await films.request('https://films.hearth.test/api', { script: true })).toMatchObject({
      status: 401,
    });
  });

  it('can’t be made up, whatever stands beside it', async () => {
    await rss.open(`${RSS}/`, mila);
    const [cookie = ''] = rss.cookies();
    rss.bring([`${cookie.slice(0, -1)}${cookie.endsWith('0') ? '1' : '0'}`]);
    expect(await rss.request(`${RSS}/api`, { script: true })).toMatchObject({ status: 401 });
    const several = { script: true, headers: { cookie: `__Host-hearth=forged; ${cookie}; __Host-hearth=` } };
    expect(await rss.request(`${RSS}/api`, several)).toMatchObject({ user: 'mila' });
  });
});

describe('nobody is sent to another’s page', () => {
  const state = 'a'.repeat(64);
  it.each([
    'https://evil.test/',
    '//evil.test',
    'javascript:alert(1)',
    'https://rss.hearth.test@evil.test/',
    '',
  ])('by to=%s', async (to) => {
    const query = new URLSearchParams({ client: 'home-rss', to, state });
    const { headers } = await mila.request(`/forward-auth/start?${query}`);
    const code = await rss.request(headers.get('location') ?? '');
    expect(headers.get('location')).toMatch(/^https:\/\/rss\.hearth\.test\/\.hearth\/callback\?/);
    expect(code.location).toBe(`${ISSUER}/forward-auth/lost?client=home-rss`);
    const bare = new URLSearchParams({ client: 'home-rss', to });
    expect((await mila.request(`/forward-auth/start?${bare}`)).headers.get('location')).toBe(`${RSS}/`);
  });

  it('by an app that nobody knows', async () => {
    const query = new URLSearchParams({ client: 'evil', to: 'https://evil.test/', state });
    expect(await mila.request(`/forward-auth/start?${query}`)).toMatchObject({ status: 404 });
    const twice = '/forward-auth/start?client=home-rss&client=home-films&to=https://evil.test/';
    expect(await mila.request(twice)).toMatchObject({ status: 404 });
  });

  it('by a gateway that asks for another host', async () => {
    const answer = await rss.request('https://evil.test/');
    expect(answer).toMatchObject({ status: 302, location: `${RSS}/` });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await rss.request('https://evil.test/', { script: true })).toMatchObject({ status: 403 });
    await rss.open(`${RSS}/`, mila);
    expect(await rss.request('https://evil.test/', { script: true })).toMatchObject({
      status: 403,
      user: undefined,
    });
  });
});

describe('a client of another strategy', () => {
  it('has no forward-auth', async () => {
    await home.client({ id: 'home-photos', url: 'https://photos.hearth.test/' });
    const photos = visitor('home-photos');
    expect(await photos.request('https://photos.hearth.test/')).toMatchObject({
      status: 404,
      user: undefined,
    });
  });
});
