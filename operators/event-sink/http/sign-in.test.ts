import { createLogger } from '@hearth/runtime/log';
import { describe, expect, test } from 'vitest';
import { cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { type SignIn, SignInFailed } from './sign-in/sign-in.ts';
import { user } from './sign-in/testing/people.ts';
import type { Sink } from './sink.ts';
import { BASE, testSink } from './testing/sink.ts';

/** Whoever has a cookie is who it says. */
const signIn: SignIn = {
  provider: 'https://identity.hearth.test',
  begin: async (to) => ({ location: `https://identity.hearth.test/auth?to=${to}`, cookies: ['begun=1'] }),
  async finish(query) {
    if (!query.has('code'))
      throw new SignInFailed(400, 'Begin again.', { cause: new Error('the code was used') });
    return { location: '/', cookies: ['a=1', 'b=2'] };
  },
  who: (cookie) => (cookie === undefined ? undefined : { name: cookie }),
  leave: () => ({ location: '/', cookies: ['a='] }),
};

const browser = 'text/html,application/xhtml+xml,*/*;q=0.8';
const path = '/home/apps.apps.hearth.dev/a';

async function withBrowsers(over: Partial<Sink> = {}) {
  const { server, log } = testSink(() => ({ signIn, ...over }));
  await record(log, 'a');
  await log.append([user('ada'), user('eve'), user('mila', { disabled: true })], cursorAt(2));
  return (url: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') =>
    server.inject({ method, url, headers: { accept: browser, ...headers } });
}

describe('a browser that nobody is signed in with', () => {
  test('is led to where that is done, and comes back', async () => {
    const ask = await withBrowsers();
    const answer = await ask(`${path}?at=1`);
    expect([answer.statusCode, answer.headers.location]).toEqual([
      303,
      `/-/sign-in?${new URLSearchParams({ to: `${path}?at=1` })}`,
    ]);
    const begun = await ask(String(answer.headers.location));
    expect(begun.headers.location).toBe(`https://identity.hearth.test/auth?to=${path}?at=1`);
    expect(begun.headers['set-cookie']).toEqual(['begun=1']);
  });

  test('may be led there by a form of a page', async () => {
    const ask = await withBrowsers();
    expect((await ask('/')).headers['content-security-policy']).toContain(
      "; form-action 'self' https://identity.hearth.test; ",
    );
  });

  test('is asked on the first page, where one comes by signing out', async () => {
    const ask = await withBrowsers();
    const answer = await ask('/');
    expect([answer.statusCode, answer.body]).toEqual([401, expect.stringContaining('sign in')]);
  });

  test.each<[string, Record<string, string>]>([
    ['a machine', { accept: 'application/json' }],
    ['who brings a token', { authorization: 'Bearer nobody' }],
  ])('%s is not', async (_, headers) => {
    const ask = await withBrowsers();
    expect((await ask(path, headers)).statusCode).toBe(401);
  });
});

describe('a browser that somebody is signed in with', () => {
  test('sees what they may see', async () => {
    const ask = await withBrowsers();
    expect((await ask(path, { cookie: 'ada' })).body).toContain('resource');
    expect((await ask(path, { cookie: 'eve' })).statusCode).toBe(404);
  });

  test.each(['mila', 'nobody'])(
    'whom the home does not know is told so, and not led on: %s',
    async (cookie) => {
      const ask = await withBrowsers();
      const answer = await ask(path, { cookie });
      expect([answer.statusCode, answer.body]).toEqual([403, expect.stringContaining(cookie)]);
    },
  );

  const loaded = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' };
  const visited = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  test.each<[string, number, Record<string, string>]>([
    ['loaded by a page of this host', 200, { ...loaded, 'sec-fetch-site': 'same-origin' }],
    ['opened by a person', 200, { ...visited, 'sec-fetch-site': 'none' }],
    ['opened from an app', 200, { ...visited, 'sec-fetch-site': 'same-site' }],
    ['loaded by an app', 403, { ...loaded, 'sec-fetch-site': 'same-site' }],
    ['loaded from anywhere', 403, { ...loaded, 'sec-fetch-site': 'cross-site' }],
    ['framed by an app', 403, { ...visited, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-site' }],
  ])('is answered what is %s with %i', async (_, status, headers) => {
    const ask = await withBrowsers();
    expect((await ask(path, { cookie: 'ada', ...headers })).statusCode).toBe(status);
  });

  test('asks the graph nothing that another page has it ask', async () => {
    const ask = await withBrowsers();
    const url = `/-/sparql?${new URLSearchParams({ query: 'ASK { ?led ?here ?by }' })}`;
    const from = (site: string, accept = browser) =>
      ask(url, { cookie: 'ada', accept, ...visited, 'sec-fetch-site': site });
    expect((await from('same-origin')).body).toContain('this test has no graph');
    const led = await from('same-site');
    expect(led.body).toContain('Another page brought this question');
    expect(led.body).toContain('?led ?here ?by');
    expect((await from('same-site', 'application/sparql-results+json')).statusCode).toBe(403);
  });

  test('has come back from the provider', async () => {
    const written: string[] = [];
    const ask = await withBrowsers({
      logger: createLogger({ destination: { write: (line) => void written.push(line) } }),
    });
    const answer = await ask('/-/sign-in/callback?code=1');
    expect([answer.statusCode, answer.headers.location, answer.headers['set-cookie']]).toEqual([
      303,
      '/',
      ['a=1', 'b=2'],
    ]);
    const failed = await ask('/-/sign-in/callback');
    expect([failed.statusCode, failed.body]).toEqual([400, expect.stringContaining('Begin again.')]);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([{ causes: ['the code was used'] }]);
  });

  test.each<[string, number, Record<string, string>]>([
    ['by a form of this host', 303, { origin: BASE.slice(0, -1), 'sec-fetch-site': 'same-origin' }],
    ['by an old browser', 303, { origin: BASE.slice(0, -1) }],
    ['by a form of an app', 403, { origin: 'https://rss.hearth.test', 'sec-fetch-site': 'same-site' }],
    [
      'by a form of this host in an app’s words',
      403,
      { origin: BASE.slice(0, -1), 'sec-fetch-site': 'same-site' },
    ],
    ['by who does not say where it comes from', 403, {}],
  ])('is signed out %s: %i', async (_, status, headers) => {
    const ask = await withBrowsers();
    expect((await ask('/-/sign-out', { cookie: 'ada', ...headers }, 'POST')).statusCode).toBe(status);
  });
});
