import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../../../e2e/harness/browser.ts';
import { type Exhibition, openExhibition } from './exhibition.ts';

/** What people look at the pages with. */
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

/**
 * Tests that whoever looks at a page of the gallery can use it, in a real browser: nothing breaks a rule of
 * accessibility, nothing is refused by the policy, and nothing runs off the side.
 * @returns a way for further tests to look at a page, as on a desk.
 */
export function testAccessibility(shown: Parameters<typeof openExhibition>[0]): {
  visit(name: string): Promise<Page>;
} {
  let exhibition: Exhibition;
  let chromium: TestBrowser;
  beforeAll(async () => {
    [exhibition, chromium] = await Promise.all([openExhibition(shown), startBrowser()]);
  });
  afterAll(async () => {
    await chromium.stop();
    await exhibition.stop();
  });

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

    it.each(Object.keys(shown.gallery))('%s is accessible', async (name) => {
      complaints.length = 0;
      await page.goto(exhibition.url(name));
      await photograph(page, `${name}-${viewer}.png`);
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(await overhang(page)).toBe(0);
    });
  });

  return {
    async visit(name) {
      const page = await chromium.browser.newPage({ viewport: viewers.light.viewport });
      await page.goto(exhibition.url(name));
      return page;
    },
  };
}

async function photograph(page: Page, file: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, file), fullPage: true });
}

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

/** How far a page runs off the side, in pixels. */
const overhang = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
