import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { app, newName, signOnHome } from './home.ts';
import { addPerson, homeBrowser, type Person, personAt } from './person.ts';

const STORY = 'https://hearth.home.arpa/home/apps.apps.hearth.dev/rss';
const familyLooks = join(import.meta.dirname, '../../docs/examples/family-looks.yaml');

let home: TestHome;
let browser: TestBrowser;
let mila: Person;
let guest: Person;

beforeAll(async () => {
  const up = await signOnHome();
  home = up.home;
  await home.apply(app('rss', 'miniflux'), ...(loadAll(await readFile(familyLooks, 'utf8')) as object[]));
  await home.ready('rss');
  await home.until(
    'the event sink leading people to sign in',
    () => home.visit('https://hearth.home.arpa/-/sign-in').catch(() => ({ status: 0 })),
    ({ status }) => status === 302 || status === 303,
  );
  browser = await homeBrowser(home);
  mila = await personAt(browser, newName('mila'));
  guest = await personAt(browser, newName('guest'));
  await mila.enrol(await addPerson(up.name, mila.name, ['family']));
  await guest.enrol(await addPerson(up.name, guest.name, []));
});

afterAll(() => browser?.stop());

test('a person of the home reads in a browser what happened to an app', async () => {
  const answer = await mila.answerOf(STORY);
  expect(answer.status()).toBe(200);
  await mila.page.getByRole('heading', { name: 'rss', exact: true }).waitFor();
  expect(await mila.page.textContent('main')).toContain('miniflux');
  await mila.picture('30-story');
  expect(mila.page.url()).toBe(STORY);
});

test('who may not see the app finds nothing there', async () => {
  const answer = await guest.answerOf(STORY);
  expect(answer.status()).toBe(404);
  expect(await guest.page.textContent('body')).not.toContain('miniflux');
  await guest.picture('31-nothing-there');
});
