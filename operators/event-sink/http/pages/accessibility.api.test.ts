import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../../../../e2e/harness/browser.ts';
import { type Exhibition, openExhibition } from './testing/exhibition.ts';
import { gallery } from './testing/gallery.ts';

/** What people look at the pages with. None of it runs a script. */
const viewers = {
  light: { viewport: { width: 1180, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1180, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 320, height: 700 }, colorScheme: 'dark' },
} as const satisfies Record<string, BrowserContextOptions>;

/** Where pictures of all pages go, for people to look at; none are taken where it is not set. */
const { HEARTH_SCREENSHOTS: pictures } = process.env;

/** Conformance to WCAG 2.2 AA, and what is good practice beside it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let exhibition: Exhibition;
let chromium: TestBrowser;

beforeAll(async () => {
  [exhibition, chromium] = await Promise.all([openExhibition(), startBrowser()]);
});
afterAll(async () => {
  await chromium.stop();
  await exhibition.stop();
});

async function violations(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy forbids.
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    (values) => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: 'tag', values } }),
    RULES,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

describe.each(Object.entries(viewers))('to %s', (viewer, options) => {
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    context = await chromium.browser.newContext({ ...options, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', ({ message }) => complaints.push(message));
  });
  afterAll(() => context.close());

  it.each(Object.keys(gallery))('%s is accessible', async (name) => {
    complaints.length = 0;
    await page.goto(exhibition.url(name));
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${viewer}.png`), fullPage: true });
    }
    expect(await violations(page)).toEqual([]);
    // Nothing is refused by the policy, and nothing runs off the side.
    expect(complaints).toEqual([]);
    const beyond = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(beyond).toBe(0);
  });
});

it('all of a page can be reached by the keyboard, in the order in which it is read', async () => {
  const page = await chromium.browser.newPage({ viewport: viewers.light.viewport });
  await page.goto(exhibition.url('resource'));
  const stops = await page.locator('a[href], button, textarea, [tabindex="0"]').count();
  const places: number[] = [];
  for (let stop = 0; stop < stops; stop++) {
    await page.keyboard.press('Tab');
    const place = await page.evaluate(
      '[...document.querySelectorAll("a[href], button, textarea, [tabindex=\\"0\\"]")].indexOf(document.activeElement)',
    );
    places.push(Number(place));
  }
  expect(places).toEqual(Array.from({ length: stops }, (_, index) => index));
  await page.close();
});
