import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../e2e/harness/postgres.ts';
import { digest } from './keys/keys.ts';
import { SESSION_COOKIE } from './sessions/cookie.ts';
import { testApp } from './testing/app.ts';
import { fakeBrowser } from './testing/browser.ts';
import { ISSUER, startHome, type TestHome } from './testing/home.ts';

const aToken = () => randomBytes(32).toString('base64url');
const sessionCookie = (token: string) => ({ cookie: `${SESSION_COOKIE}=${token}` });

let server: PostgresServer;
let one: TestHome;
let two: TestHome;
let databaseUrl: string;

/** Asks the database itself, past the replicas. */
async function query(text: string, values: readonly string[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text, [...values]);
  await client.end();
}

beforeAll(async () => {
  server = await startPostgres();
  databaseUrl = `postgresql://postgres:${server.admin.password}@127.0.0.1:${server.port}/postgres`;
  [one, two] = await Promise.all([startHome({ databaseUrl }), startHome({ databaseUrl })]);
  await one.people({ name: 'mila' });
  await one.client({});
  // Apps are told of their client long before anybody comes from them; what comes at once is a person's next request.
  await vi.waitFor(() => expect(two.running.identity.clients.find('home-rss')).toBeDefined(), {
    timeout: 20_000,
  });
}, 120_000);
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await server?.stop();
});

describe('two replicas on one PostgreSQL', () => {
  it('are one identity: a browser goes from one to the other at every step', async () => {
    let turn = 0;
    const alternating = fakeBrowser(ISSUER, () => (turn++ % 2 === 0 ? one : two).running.port);
    await alternating.open(await two.link('mila'));
    expect((await alternating.enrol('/enrol')).status).toBe(200);
    expect((await alternating.enrol('/devices')).status).toBe(200);
    const app = await testApp(() => (turn++ % 2 === 0 ? one : two).running.port);
    for (let time = 0; time < 3; time++) {
      expect((await app.tokens(alternating)).claims()?.preferred_username).toBe('mila');
    }
  });

  it('know a session of which no word has come yet', async () => {
    const mila = await one.member('mila');
    const before = mila.cookie(SESSION_COOKIE) ?? '';
    const token = aToken();
    // Written past both of them, nobody is told.
    await query('UPDATE sessions SET digest = $2 WHERE digest = $1', [digest(before), digest(token)]);
    const answer = await two.browser().request('/', { headers: sessionCookie(token) });
    expect(answer.status).toBe(200);
  });

  it('ask no more than so often for cookies that somebody makes up', async () => {
    const asked = vi.spyOn(two.running.identity.store.sessions, 'findByDigest');
    const stranger = two.browser().elsewhere('192.0.2.66');
    const come = async (token: string) =>
      (await stranger.request('/', { headers: sessionCookie(token) })).status;
    const again = aToken();
    for (let time = 0; time < 3; time++) expect(await come(again)).toBe(303);
    expect(asked).toHaveBeenCalledTimes(1);
    const [begun, tries] = [performance.now(), 200];
    for (let time = 0; time < tries; time++) expect(await come(aToken())).toBe(303);
    const seconds = (performance.now() - begun) / 1000;
    expect(asked.mock.calls.length).toBeLessThanOrEqual(62 + seconds);
    expect(asked.mock.calls.length).toBeLessThan(tries);
    asked.mockRestore();
  });

  it('both know at once that a session is over, an app is closed, somebody is gone', async () => {
    const mila = await one.member('mila');
    const elsewhere = () => fakeBrowser(ISSUER, () => two.running.port);
    const cookie = { cookie: `__Host-hearth-identity=${mila.cookie('__Host-hearth-identity')}` };
    const status = async () => (await elsewhere().request('/', { headers: cookie })).status;
    await expect.poll(status).toBe(200);
    await mila.request('/sign-out', { form: {} });
    await expect.poll(status).toBe(303);

    await one.client({ groups: ['nobody'] });
    await expect.poll(() => two.running.identity.clients.find('home-rss')?.groups).toEqual(['nobody']);
    await two.people();
    await expect.poll(() => one.running.identity.people.byName('mila')?.removed).toBeDefined();
    await two.people({ name: 'mila' });
  });

  it('let each link work once, wherever it is used', async () => {
    const link = await one.link('mila');
    const browsers = [one.browser(), two.browser()];
    for (const browser of browsers) await browser.open(link);
    const answers = await Promise.all(browsers.map((browser) => browser.enrol('/enrol')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
  });

  it('catch up with what they have missed when they lose touch for a moment', async () => {
    await query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    await expect
      .poll(async () => (await one.client({ title: 'News' })).status, { timeout: 10_000 })
      .toBe(200);
    await expect
      .poll(() => two.running.identity.clients.find('home-rss')?.title, { timeout: 20_000 })
      .toBe('News');
  });

  it('let nobody in by what may be out of date, when they have lost touch for longer', {
    timeout: 60_000,
  }, async () => {
    const mila = await one.member('mila');
    expect((await mila.request('/')).status).toBe(200);
    await server.stop();
    await expect.poll(async () => (await mila.request('/sign-in')).status, { timeout: 40_000 }).toBe(503);
    expect((await fetch(`http://127.0.0.1:${one.running.adminPort}/readyz`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${one.running.adminPort}/healthz`)).status).toBe(200);
  });
});
