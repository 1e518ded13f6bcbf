import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { echo } from './echo.ts';
import { app, newName, signOnHome } from './home.ts';
import { addPerson, homeBrowser, type Person, personAt } from './person.ts';

const ECHO = 'https://echo.hearth.home.arpa/';

/** What somebody might say to be taken for another; Node joins what arrives twice. */
const forged = {
  'X-Forwarded-User': 'admin',
  'X-Forwarded-Groups': 'admins',
  'X-Forwarded-Email': 'admin@example.org',
  'Remote-User': 'admin',
  'Remote-Groups': 'admins',
  X_Forwarded_User: 'admin',
  REMOTE_USER: 'admin',
  'X.Forwarded.User': 'admin',
};

let home: TestHome;
let browser: TestBrowser;
let mila: Person;
let stranger: Person;

beforeAll(async () => {
  const up = await signOnHome();
  home = up.home;
  await home.apply(echo, app('echo', 'echo'));
  await home.ready('echo');
  browser = await homeBrowser(home);
  mila = await personAt(browser, newName('mila'));
  await mila.enrol(await addPerson(up.name, mila.name, ['family']));
  await mila.visit(ECHO);
  stranger = await personAt(browser, 'nobody');
  await stranger.visit(`${ECHO}open/`);
});

afterAll(() => browser?.stop());

/** Asks the app with forged headers, by a script of its own page. */
const forge = (page: Page, path: string): Promise<{ status: number; text: string }> =>
  page.evaluate(
    async ([path, headers]) => {
      const answer = await fetch(path, { headers, redirect: 'manual' });
      return { status: answer.status, text: await answer.text() };
    },
    [path, forged] as const,
  );

test('who is signed in is named by the gateway, whatever they say', async () => {
  const { status, text } = await forge(mila.page, '/');
  expect(status).toBe(200);
  expect(text).not.toContain('admin');
  expect(JSON.parse(text)).toMatchObject({
    'x-forwarded-user': mila.name,
    'x-forwarded-groups': 'family',
    'remote-user': mila.name,
    'remote-groups': 'family',
    'remote-name': 'Mila',
  });
});

test('who is not reaches nothing by saying so', async () => {
  const { status, text } = await forge(stranger.page, '/');
  expect(status).toBe(401);
  expect(text).not.toContain('user-agent');
});

test('open paths tell the app of nobody', async () => {
  for (const { page } of [mila, stranger]) {
    const { status, text } = await forge(page, '/open/');
    expect(status).toBe(200);
    expect(text).not.toContain('admin');
    const names = Object.keys(JSON.parse(text) as object);
    expect(names.filter((name) => /^remote|forwarded.(user|groups|email|name)$/.test(name))).toEqual([]);
  }
});

test('qBittorrent, which believes everyone, is not reached either', async () => {
  await home.apply(app('downloads', 'qbittorrent', { volumes: [{ name: 'downloads', size: '1Gi' }] }));
  await home.ready('downloads');
  const asked = 'https://downloads.hearth.home.arpa/api/v2/app/version';
  const { status } = await home.visit(asked);
  expect(status).toBe(401);
  await mila.visit('https://downloads.hearth.home.arpa/');
  const said = await mila.answerOf(asked);
  expect(await said.text()).toMatch(/^v\d/);
});
