import { randomBytes } from 'node:crypto';
import type { App, SSOClient } from '@hearth/domain';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { app, newName, PROVIDERS, signOnHome } from './home.ts';
import { addPerson, homeBrowser, type Person, personAt } from './person.ts';

const KEYCLOAK = 'https://keycloak.hearth.home.arpa';
const BUDGET = 'https://budget.hearth.home.arpa/';
const REALM = 'home';

let home: TestHome;
let browser: TestBrowser;
let mila: Person;
const password = randomBytes(12).toString('hex');

beforeAll(async () => {
  const up = await signOnHome();
  home = up.home;
  await home.apply(
    app('budget', 'actual'),
    app('keycloak', 'keycloak', { share: { namespaces: ['*'] } }, PROVIDERS),
  );
  browser = await homeBrowser(home);
  mila = await personAt(browser, newName('mila'));
  await addPerson(up.name, mila.name, ['family']);
  await home.ready('budget');
  await home.ready('keycloak', PROVIDERS);
});

afterAll(() => browser?.stop());

/** Changes the one field of the App that says who signs people in to it. */
const signInWith = (name: string) =>
  home.apply(
    app('budget', 'actual', {
      integrations: [{ name: 'sso', providerRef: { namespace: PROVIDERS, name } }],
    }),
  );

test('changing one field of an App moves it to Keycloak', async () => {
  await signInWith('keycloak');
  await home.until(
    'budget being a client of Keycloak',
    () => home.get<SSOClient>('ssoclient', 'budget-sso'),
    ({ status }) => status?.provider?.name === 'keycloak',
    180,
  );
  await home.until(
    'budget having moved',
    () => home.get<App>('app', 'budget'),
    ({ status }) => status?.bindings?.find(({ name }) => name === 'sso')?.rewiring === undefined,
    180,
  );
  await home.ready('budget');
});

test('its people are those of the home', async () => {
  const { page, visit } = mila;
  await visit(`${KEYCLOAK}/realms/${REALM}/`);
  const { data } = await home.get<{ data: { admin: string } }>('secret', 'keycloak-secrets', PROVIDERS);
  const admin = Buffer.from(data.admin, 'base64').toString();
  const users = await home.until(
    'Keycloak knowing Mila',
    () => setPassword(page, admin, mila.name, password),
    (found) => found.length === 1,
  );
  expect(users).toMatchObject([
    { username: mila.name, firstName: 'Mila', email: `${mila.name}@example.org` },
  ]);
});

test('they are themselves in the app, by Keycloak', async () => {
  const { page, visit } = mila;
  await visit(BUDGET);
  await page.getByRole('button', { name: /OpenID/ }).click();
  await page.getByLabel('Username or email').waitFor();
  expect(page.url()).toContain(`${KEYCLOAK}/realms/${REALM}/protocol/openid-connect/auth`);
  await mila.picture('20-keycloak');
  await page.getByLabel('Username or email').fill(mila.name);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Sign In' }).click();
  await page.getByText(/\(logged in as: Mila/).waitFor();
  await mila.picture('21-actual-by-keycloak');
});

test('Keycloak, deleted as soon as the App is to leave it, goes when nobody signs in by it any more', async () => {
  await signInWith('identity');
  await home.kubectl(['delete', 'app', 'keycloak', '-n', PROVIDERS, '--wait=false']);
  await home.until(
    'Keycloak having let go of budget',
    () => home.list<App>('app', PROVIDERS),
    (apps) => apps.every(({ metadata }) => metadata.name !== 'keycloak'),
    300,
  );
  const { status } = await home.get<SSOClient>('ssoclient', 'budget-sso');
  expect(status).toMatchObject({ provider: { name: 'identity' } });
  expect(status?.leaving).toBeUndefined();
  await home.ready('budget');
});

/** Gives somebody a password, as an admin does on Keycloak's own pages; gives whom Keycloak knows by that name. */
const setPassword = (page: Page, admin: string, name: string, value: string): Promise<object[]> =>
  page.evaluate(
    async ({ admin, name, value, realm }) => {
      const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: admin };
      const asked = { method: 'POST', body: new URLSearchParams(form) };
      const answer = await fetch('/realms/master/protocol/openid-connect/token', asked);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const users = `/admin/realms/${realm}/users`;
      const found = await fetch(`${users}?exact=true&username=${name}`, { headers });
      const people = (await found.json()) as { id: string }[];
      const body = JSON.stringify({ type: 'password', value, temporary: false });
      for (const { id } of people)
        await fetch(`${users}/${id}/reset-password`, { method: 'PUT', headers, body });
      return people;
    },
    { admin, name, value, realm: REALM },
  );
