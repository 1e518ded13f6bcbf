import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import { type Device, openDevice, startHomeBrowser } from './browser.ts';
import { startWorld, type World } from './world.ts';

/** Where pictures of what people saw go; none are taken where it is not set. */
const { HEARTH_SCREENSHOTS: pictures } = process.env;

let world: World;
let chromium: TestBrowser;
let laptop: Device;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  chromium = await startHomeBrowser(world);
  laptop = await openDevice(chromium);
  page = laptop.page;
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}, 180_000);
afterAll(async () => {
  await chromium?.stop();
  await world?.stop();
});

const identity = (path: string) => `${world.origin('identity')}${path}`;
const heading = () => page.getByRole('heading', { level: 1 });

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `real-${name}.png`) });
}

/** What a person does, in the order in which they do it: each goes on from where the one before ended. */
describe('somebody who is new', () => {
  it('makes a passkey, by the link that they were given', async () => {
    await page.goto(identity(await world.home.link('mila')));
    expect(await heading().textContent()).toBe('Welcome, Mila');
    await page.getByLabel('What to call this device').fill('Laptop');
    await picture('enrol');
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await page.waitForURL(/\/enrol\/safety/);
    expect(await heading().textContent()).toBe('One more thing, Mila');
  });

  it('gets in nowhere without a second way in', async () => {
    await page.goto(identity('/'));
    expect(page.url()).toContain('/enrol/safety');
    await picture('safety');
  });

  it('keeps recovery codes, and proves it', async () => {
    await page.getByRole('button', { name: 'Make recovery codes' }).click();
    const codes = await page.locator('#codes code').allTextContents();
    expect(codes).toHaveLength(10);
    await picture('codes');
    await page.getByLabel('One of the codes').fill('0000-0000-0000-0000');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    expect(await heading().textContent()).toBe('That is none of them');
    await page.getByLabel('One of the codes').fill(codes[3]?.toLowerCase() ?? '');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.waitForURL(identity('/'));
    expect(await heading().textContent()).toBe('Hello, Mila');
    await picture('launcher');
  });

  it('opens an app from there, and is not asked again', async () => {
    await page.getByRole('link', { name: 'Feeds' }).click();
    await page.waitForURL(`${world.origin('rss')}/`);
    expect(await heading().textContent()).toBe('Hello mila');
  });

  it('has a WebSocket to it, over which the app knows them too', async () => {
    await page.getByText('socket of mila').waitFor();
  });
});

describe('somebody who comes back', () => {
  const signOut = async () => {
    await page.goto(identity('/'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading().getByText('You are signed out').waitFor();
  };

  it('takes the passkey that the browser offers, without pressing anything', async () => {
    await signOut();
    await picture('signed-out');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.waitForURL(identity('/'));
  });

  it('is sent from the app to their passkey, and back to the page', async () => {
    await signOut();
    await laptop.agree(false);
    const offered = page.waitForResponse('**/sign-in/options');
    await page.goto(`${world.origin('rss')}/unread?page=2`);
    expect(await heading().textContent()).toBe('Sign in to Feeds');
    await picture('sign-in');
    // The page has offered to fill a passkey in by then: else that offer would be taken, and the button be gone.
    await offered;
    await page.waitForLoadState('networkidle');
    await laptop.agree(true);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(`${world.origin('rss')}/unread?page=2`);
    expect(await heading().textContent()).toBe('Hello mila');
  });

  it('has one cookie of the app, and no other can read it', async () => {
    const cookies = await laptop.context.cookies(`${world.origin('rss')}/`);
    expect(cookies.map(({ name, secure, httpOnly, path }) => ({ name, secure, httpOnly, path }))).toEqual([
      { name: '__Host-hearth', secure: true, httpOnly: true, path: '/' },
    ]);
  });
});

describe('their devices', () => {
  it('can be one more', async () => {
    await laptop.plugIn();
    await page.goto(identity('/devices'));
    await page.getByLabel('What to call this device').fill('Key in the drawer');
    await page.getByRole('button', { name: 'Add this device' }).click();
    await page.getByText('The device is added').waitFor();
    expect(await page.locator('.rows h2').allTextContents()).toEqual([
      expect.stringContaining('Laptop'),
      'Key in the drawer',
    ]);
    await picture('devices');
  });

  it('can be renamed and removed', async () => {
    await page.getByText('Rename Key in the drawer').click();
    await page.getByLabel('New name').last().fill('Blue key');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('The device has its new name').waitFor();
    await page.getByText('Remove Blue key').first().click();
    await page.getByRole('button', { name: 'Remove Blue key' }).click();
    await page.getByText('The device is removed').waitFor();
    expect(await page.locator('.rows h2').count()).toBe(1);
  });

  it('can be asked to, by a link', async () => {
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByLabel('The link').inputValue();
    expect(link).toMatch(/^https:\/\/identity\.hearth\.test:\d+\/enrol\/\S+$/);
    const phone = await openDevice(chromium);
    await phone.page.goto(link);
    await phone.page.getByRole('button', { name: 'Make a passkey' }).click();
    await phone.page.getByRole('heading', { name: 'My devices' }).waitFor();
    await phone.close();
  });
});

describe('signing out', () => {
  it('of one app leaves the rest, and says so', async () => {
    await page.goto(`${world.origin('rss')}/.hearth/sign-out`);
    expect(await heading().textContent()).toBe('You have left Feeds');
    await picture('left');
    await page.goto(`${world.origin('rss')}/`);
    expect(await heading().textContent()).toBe('Hello mila');
  });

  it('everywhere ends the app at its next request', async () => {
    await page.goto(identity('/sessions'));
    await picture('sessions');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await heading().getByText('You are signed out').waitFor();
    await page.goto(`${world.origin('rss')}/`);
    expect(await heading().textContent()).toBe('Sign in to Feeds');
  });
});

describe('somebody who may not', () => {
  it('is told so, kindly', async () => {
    const tablet = await openDevice(chromium);
    const theirs = tablet.page;
    await theirs.goto(identity(await world.home.link('guest')));
    await theirs.getByRole('button', { name: 'Make a passkey' }).click();
    await theirs.waitForURL(/\/enrol\/safety/);
    await tablet.plugIn();
    await theirs.getByRole('button', { name: 'Add a second device' }).click();
    await theirs.getByRole('heading', { name: 'Hello, Guest' }).waitFor();
    const answer = await theirs.goto(`${world.origin('rss')}/`);
    expect(answer?.status()).toBe(403);
    expect(await theirs.getByRole('heading', { level: 1 }).textContent()).toBe('Feeds is not open to you');
    await tablet.close();
  });
});

it('has found nothing to complain about in any page', () => {
  expect(complaints).toEqual([]);
});
