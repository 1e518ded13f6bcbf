import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Browser, chromium } from 'playwright-core';
import { ensurePrerequisites, type Prerequisite } from '../../bootstrap/local/prerequisites.ts';

/** What it needs of the machine: the browser, what tells it whom to trust, and a face like those that people's devices have. */
export const BROWSER_PACKAGES: readonly Prerequisite[] = [
  { package: 'chromium', provides: 'chromium' },
  { package: 'libnss3-tools', provides: 'certutil' },
  { package: 'fonts-dejavu-core', provides: { file: 'dejavu', folders: ['/usr/share/fonts/truetype'] } },
  { package: 'fonts-inter', provides: { file: 'inter', folders: ['/usr/share/fonts/opentype'] } },
];

/** Pages ask for the system's font; a machine without a desktop has none that anybody would recognise. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts</dir>
<alias binding="same"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
<alias binding="same"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
<alias binding="same"><family>ui-monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>`;

/** A browser of a test's own. */
export interface TestBrowser {
  readonly browser: Browser;
  /** Ends it and removes what it has kept. */
  stop(): Promise<void>;
}

/**
 * Starts a real Chromium (Debian's, installed where it may be) without a window. `args` are its own switches.
 * @param authority PEM of an authority that it trusts beside those of the system, as a person has their device do.
 */
export async function startBrowser(args: readonly string[] = [], authority?: string): Promise<TestBrowser> {
  await ensurePrerequisites(BROWSER_PACKAGES, () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-browser-'));
  const fonts = join(folder, 'fonts.conf');
  await writeFile(fonts, FONTS);
  if (authority !== undefined) await trust(folder, authority);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Chromium's sandbox refuses to run as root; the pages are the test's own.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
    env: { ...process.env, FONTCONFIG_FILE: fonts, HOME: folder },
  });
  return {
    browser,
    async stop() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Puts an authority where Chromium looks for those of its user. */
async function trust(home: string, authority: string): Promise<void> {
  const database = join(home, '.pki/nssdb');
  await mkdir(database, { recursive: true });
  const certutil = (...args: string[]) =>
    execa('certutil', ['-d', `sql:${database}`, ...args], { input: authority });
  await certutil('-N', '--empty-password');
  await certutil('-A', '-n', 'home', '-t', 'C,,');
}
