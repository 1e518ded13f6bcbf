import type { App } from '@hearth/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { app, newName, PROVIDERS, signOnHome } from './home.ts';
import { addPerson, goTo, homeBrowser, type Person, personAt } from './person.ts';
import { wiki } from './wiki.ts';

const IDENTITY = 'https://identity.hearth.home.arpa';
const WIKI = 'https://wiki.hearth.home.arpa/doku.php';
const DOWNLOADS = 'https://downloads.hearth.home.arpa/';

let home: TestHome;
let browser: TestBrowser;
let mila: Person;
let guest: Person;
let milasPassword: string;
let guestsPassword: string;

beforeAll(async () => {
  const up = await signOnHome();
  home = up.home;
  await home.apply(wiki);
  await home.apply(
    app('directory', 'directory', { share: { namespaces: ['*'] } }, PROVIDERS),
    app('downloads', 'qbittorrent', { volumes: [{ name: 'downloads', size: '1Gi' }] }),
    app('wiki', 'dokuwiki', { access: { groups: ['family'] } }),
  );
  await home.ready('directory', PROVIDERS);
  await home.until(
    'identity keeping the directory',
    () => home.get<App>('app', 'identity', PROVIDERS),
    ({ status }) => status?.bindings?.find(({ name }) => name === 'directory')?.state === 'Bound',
  );
  await home.ready('identity', PROVIDERS);
  await home.ready('wiki');
  await home.ready('downloads');
  browser = await homeBrowser(home);
  [mila, guest] = [await personAt(browser, newName('mila')), await personAt(browser, newName('guest'))];
  await mila.enrol(await addPerson(up.name, mila.name, ['family']));
  await guest.enrol(await addPerson(up.name, guest.name, []));
});

afterAll(() => browser?.stop());

/** Has identity make a password for the wiki. */
async function makeAppPassword({ page, visit }: Person): Promise<string> {
  await visit(`${IDENTITY}/app-passwords`);
  await page.getByLabel('What it is for').fill('Wiki');
  await page.getByRole('button', { name: 'Make a password' }).click();
  return (await page.locator('#password').textContent()) ?? '';
}

/** Signs in to the wiki in a window of its own; says who it thinks they are, or why they may not. */
async function wikiSays(name: string, password: string): Promise<string> {
  const context = await browser.browser.newContext();
  try {
    const page = await context.newPage();
    await goTo(page, `${WIKI}?do=login`);
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log In' }).click();
    const said = page.locator('li.user, div.error').first();
    return (await said.textContent()) ?? '';
  } finally {
    await context.close();
  }
}

test('somebody of the group enters with an app password', async () => {
  milasPassword = await makeAppPassword(mila);
  await mila.picture('30-app-password');
  await home.until(
    'the directory knowing the password',
    () => wikiSays(mila.name, milasPassword),
    (said) => said.includes('Mila'),
    60,
  );
  await mila.visit(`${WIKI}?do=login`);
  await mila.page.getByLabel('Username').fill(mila.name);
  await mila.page.getByLabel('Password').fill(milasPassword);
  await mila.page.getByRole('button', { name: 'Log In' }).click();
  await mila.page.locator('li.user').waitFor();
  await mila.picture('31-wiki');
});

test('somebody of no group does not, nor anybody with a wrong password', async () => {
  guestsPassword = await makeAppPassword(guest);
  for (const [name, password] of [
    [guest.name, guestsPassword],
    [mila.name, guestsPassword],
    [mila.name, ''],
  ] as const)
    expect(await wikiSays(name, password)).toMatch(/wrong/i);
});

test('a deleted User is out of everything within a minute', async () => {
  await mila.visit(DOWNLOADS);
  expect(mila.page.url()).toBe(DOWNLOADS);
  // The minute begins now, and not when all have been told.
  await home.kubectl(['delete', 'user.iam.hearth.dev', mila.name, '--wait=false']);
  const reached = async () => [
    (await mila.answerOf(`${IDENTITY}/sessions`)).url() === `${IDENTITY}/sessions`,
    (await mila.answerOf(DOWNLOADS)).url() === DOWNLOADS,
    (await wikiSays(mila.name, milasPassword)).includes('Mila'),
  ];
  const left = await home.until('Mila being out', reached, (each) => !each.includes(true), 60);
  expect(left).toEqual([false, false, false]);
});
