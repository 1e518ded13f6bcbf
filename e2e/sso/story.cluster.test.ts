import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { app, newName, signOnHome } from './home.ts';
import { addPerson, homeBrowser, type Person, personAt } from './person.ts';

let home: TestHome;
let cluster: string;
let browser: TestBrowser;
let mila: Person;

const at = (host: string, path = '/') => `https://${host}.hearth.home.arpa${path}`;

beforeAll(async () => {
  ({ home, name: cluster } = await signOnHome());
  await home.apply(
    app('budget', 'actual'),
    app('rss', 'miniflux'),
    app('downloads', 'qbittorrent', {
      access: { groups: ['family'] },
      volumes: [{ name: 'downloads', size: '1Gi' }],
    }),
  );
  for (const name of ['budget', 'rss', 'downloads']) await home.ready(name);
  browser = await homeBrowser(home);
  mila = await personAt(browser, newName('mila'));
});

afterAll(() => browser?.stop());

/** The tests are one story: each stands on what those before it left. */
describe('a person of the home', () => {
  test('makes a passkey by the link that kiko prints', async () => {
    await mila.visit(await addPerson(cluster, mila.name, ['family']));
    await mila.page.getByRole('heading', { name: 'Welcome, Mila' }).waitFor();
    await mila.picture('01-enrol');
    await mila.makePasskey();
    await mila.page.getByRole('heading', { name: 'One more thing, Mila' }).waitFor();
    await mila.picture('02-second-way-in');
  });

  test('is let in once their recovery codes are confirmed', async () => {
    await mila.visit(at('identity'));
    await mila.page.getByRole('heading', { name: 'One more thing, Mila' }).waitFor();
    await mila.makeCodes();
    expect(mila.codes).toHaveLength(10);
    await mila.picture('03-recovery-codes');
    await mila.confirmCodes();
    await mila.picture('04-launcher');
  });

  test('sees what they can open', async () => {
    for (const title of ['Actual Budget', 'Miniflux', 'qBittorrent'])
      expect(await mila.page.getByRole('link', { name: title }).count()).toBe(1);
  });

  test('is themself in Actual Budget', async () => {
    await mila.page.getByRole('link', { name: 'Actual Budget' }).click();
    await mila.page.getByRole('button', { name: /OpenID/ }).click();
    await mila.page.getByText('(logged in as: Mila)').waitFor();
    await mila.picture('05-actual-budget');
  });

  test('is themself in Miniflux', async () => {
    await mila.visit(at('rss'));
    await mila.page.getByRole('link', { name: /OpenID Connect/ }).click();
    await mila.page.getByRole('link', { name: 'Settings' }).click();
    expect(await mila.page.getByLabel('Username').inputValue()).toBe(mila.name);
    await mila.visit(at('rss', '/unread'));
    await mila.picture('06-miniflux');
  });

  test('comes to qBittorrent without being asked again', async () => {
    const asked: string[] = [];
    mila.page.on('request', (request) => {
      if (request.isNavigationRequest()) asked.push(new URL(request.url()).pathname);
    });
    await mila.visit(at('downloads'));
    await mila.page.getByText('All (0)').first().waitFor();
    await mila.picture('07-qbittorrent');
    expect(asked).not.toContain('/sign-in');
    expect(mila.page.url()).toBe(at('downloads'));
  });

  test('sees where they are signed in, and what signing out reaches', async () => {
    await mila.visit(at('identity', '/sessions'));
    await mila.picture('08-sessions');
    const opened = await mila.page.getByText(/^Opened/).textContent();
    for (const title of ['Actual Budget', 'Miniflux', 'qBittorrent']) expect(opened).toContain(title);
  });

  test('signs out everywhere', async () => {
    await mila.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await mila.page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await mila.picture('09-signed-out');
    await mila.visit(at('downloads'));
    await mila.page.getByRole('heading', { name: 'Sign in to qBittorrent' }).waitFor();
    await mila.picture('10-sign-in-to-app');
  });

  test('comes back with the passkey, to where they were going', async () => {
    await mila.showPasskey();
    await mila.page.getByText('All (0)').first().waitFor();
    expect(mila.page.url()).toBe(at('downloads'));
  });
});

describe('somebody of no group', () => {
  test('is told that an app is not open to them', async () => {
    const guest = await personAt(browser, newName('guest'));
    await guest.enrol(await addPerson(cluster, guest.name, []));
    expect(await guest.page.getByRole('link', { name: 'qBittorrent' }).count()).toBe(0);
    const answer = await guest.answerOf(at('downloads'));
    expect(answer.status()).toBe(403);
    await guest.picture('11-not-open');
    await guest.page.getByRole('heading', { name: 'qBittorrent is not open to you' }).waitFor();
    await guest.leave();
  });
});

describe('somebody at a phone, in the dark', () => {
  test('has pages as good', async () => {
    await mila.page.setViewportSize({ width: 390, height: 844 });
    await mila.page.emulateMedia({ colorScheme: 'dark' });
    await mila.visit(at('identity'));
    await mila.picture('12-launcher-phone-dark');
    const beyond = await mila.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(beyond).toBe(0);
  });
});
