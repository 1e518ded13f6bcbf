import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

const DAY = 24 * 60 * 60_000;

let home: TestHome;
let mila: FakeBrowser;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
  await home.client({});
});
afterAll(() => home?.stop());
beforeEach(async () => {
  mila = await home.member('mila');
});

interface Asked {
  readonly challenge: string;
  readonly rpId: string;
}

const isIn = async (browser: FakeBrowser) => (await browser.request('/')).status === 200;

describe('a session', () => {
  it('ends when nobody uses it for a week, and not before', async () => {
    home.advance(6 * DAY);
    expect(await isIn(mila)).toBe(true);
    home.advance(6 * DAY);
    expect(await isIn(mila)).toBe(true);
    home.advance(7 * DAY);
    expect(await isIn(mila)).toBe(false);
  });

  it('ends after thirty days, however much it is used', async () => {
    for (let day = 0; day < 29; day++) {
      home.advance(DAY);
      expect(await isIn(mila)).toBe(true);
    }
    home.advance(DAY);
    expect(await isIn(mila)).toBe(false);
  });

  it('is not opened by a made-up cookie', async () => {
    const headers = { cookie: `__Host-hearth-identity=${'x'.repeat(43)}` };
    expect((await home.browser().request('/', { headers })).headers.get('location')).toBe('/sign-in?to=%2F');
  });

  it('is listed with its browser and place, and ended from another', async () => {
    const other = mila.clone();
    await other.request('/sign-out', { form: {} });
    await other.signIn();
    await mila.signIn();
    const { text } = await mila.request('/sessions');
    expect(text).toContain('Firefox on Linux');
    expect(text).toContain('192.0.2.7');
    const ids = [...text.matchAll(/\/sessions\/([\w-]+)\/end/g)].map(([, id]) => id);
    for (const id of new Set(ids)) {
      if (await isIn(other)) await mila.request(`/sessions/${id}/end`, { form: {} });
    }
    expect(await isIn(other)).toBe(false);
  });

  it('of somebody else can’t be ended', async () => {
    const ben = await home.member('ben');
    const [session] = home.running.identity.sessions.of(
      home.running.identity.people.byName('ben')?.sub ?? '',
    );
    await mila.request(`/sessions/${session?.id}/end`, { form: {} });
    expect(await isIn(ben)).toBe(true);
  });

  it('that was ended can’t be brought back by its cookie', async () => {
    const copy = mila.clone();
    await mila.request('/sign-out', { form: {} });
    expect(await isIn(copy)).toBe(false);
  });

  it('is one of fifty at most: the one used least recently goes', async () => {
    const first = mila.clone();
    for (let n = 0; n < 50; n++) {
      home.advance(3000);
      const { challenge, rpId } = (await mila.request('/sign-in/options', { json: {} })).json<Asked>();
      const response = mila.authenticator.get({ challenge, rpId });
      await home.browser().request('/sign-in/verify', { json: { response } });
    }
    expect(await isIn(first)).toBe(false);
    expect(
      home.running.identity.sessions.of(home.running.identity.people.byName('mila')?.sub ?? ''),
    ).toHaveLength(50);
  });
});

describe('the launcher', () => {
  it('shows what somebody may open, and nothing else', async () => {
    await home.client({ groups: ['parents'], title: 'Accounts <of> the home' });
    expect((await mila.request('/')).text).not.toContain('Accounts');
    await home.people({ name: 'mila', groups: ['parents'] }, { name: 'ben' });
    const { text } = await mila.request('/');
    expect(text).toContain('Accounts &lt;of&gt; the home');
    expect(text).toContain('href="https://rss.hearth.test/"');
    await home.client({});
    await home.people({ name: 'mila' }, { name: 'ben' });
  });

  it('is shown to nobody who is not signed in', async () => {
    const page = await home.browser().open('/');
    expect(page.url).toBe(`${ISSUER}/sign-in?to=%2F`);
    expect(page.text).not.toContain('Feeds');
  });
});

describe('app passwords', () => {
  it('are shown once, kept as the directory takes them, and removed', async () => {
    const page = await mila.request('/app-passwords', { form: { name: 'Wiki' } });
    const [password = ''] = /\b[a-z2-9]{4}(?:-[a-z2-9]{4}){4}\b/.exec(page.text) ?? [];
    expect(password).not.toBe('');
    const again = (await mila.request('/app-passwords')).text;
    expect(again).toContain('Wiki');
    expect(again).not.toContain(password);
    const [stored] = await home.running.identity.store.appPasswords.all();
    expect(stored).toMatchObject({ name: 'Wiki', hash: expect.stringMatching(/^\{SSHA512\}/) });
    expect(JSON.stringify(stored)).not.toContain(password);
    await mila.request(`/app-passwords/${stored?.id}/remove`, { form: {} });
    expect(await home.running.identity.store.appPasswords.all()).toEqual([]);
  });
});

describe('the activity page', () => {
  it('says what happened in somebody’s name', async () => {
    await mila.signIn();
    const { text } = await mila.request('/activity');
    expect(text).toContain('Signed in');
    expect(text).toContain('Laptop');
    expect(text).toContain('192.0.2.7');
  });
});
