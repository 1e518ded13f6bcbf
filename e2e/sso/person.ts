import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page, Response } from 'playwright-core';
import { startBrowser, type TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { kiko } from '../harness/kiko.ts';

/** Pictures of the pages, for people to look at. */
const ARTEFACTS = join(import.meta.dirname, 'artefacts');

/** A browser that knows the home's names and trusts its authority, as a device of the home does. */
export async function homeBrowser(home: TestHome): Promise<TestBrowser> {
  const { spec, status } = await home.get<{
    spec: { domain: string };
    status: { certificateAuthority: string };
  }>('home', 'home');
  const names = `--host-resolver-rules=MAP ${spec.domain} ${home.address}, MAP *.${spec.domain} ${home.address}`;
  return startBrowser([names], status.certificateAuthority);
}

/** Somebody of the home at a browser of their own, whose device holds their passkeys. */
export interface Person {
  readonly name: string;
  readonly page: Page;
  /** Their recovery codes, once they have made some. */
  readonly codes: readonly string[];
  /** Goes to an address, and gives what it answered in the end. */
  visit(url: string): Promise<Response | null>;
  /** Goes there too, and again where there was no answer: only to pages that may be asked for twice. */
  answerOf(url: string): Promise<Response>;
  /** Keeps a picture of the page as they see it. */
  picture(name: string): Promise<void>;
  /** Does what identity's page asks for: makes a passkey, or shows it. */
  makePasskey(): Promise<void>;
  showPasskey(): Promise<void>;
  makeCodes(): Promise<void>;
  confirmCodes(): Promise<void>;
  /** All of that by the link that they were given: then they are in. */
  enrol(link: string): Promise<void>;
  leave(): Promise<void>;
}

/** Has `kiko` add somebody, and gives their link. They are called Mila-1f2e where their name would be Mila. */
export async function addPerson(cluster: string, name: string, groups: readonly string[]): Promise<string> {
  const wishes = ['--display-name', displayName(name), '--email', `${name}@example.org`];
  const among = groups.length > 0 ? ['--groups', groups.join(',')] : [];
  const said = await kiko('user', 'add', name, '--name', cluster, ...wishes, ...among, '-o', 'json');
  return (JSON.parse(said) as { url: string }).url;
}

const displayName = (name: string): string =>
  name.replace(/^./, (letter) => letter.toUpperCase()).replace(/-.*$/, '');

/** Somebody sits down at a browser. */
export async function personAt({ browser }: TestBrowser, name: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1180, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const authenticator = await addAuthenticator(await context.newCDPSession(page));
  const codes: string[] = [];
  const visit = (url: string) => goTo(page, url);
  const answerOf = async (url: string): Promise<Response> => (await visit(url)) ?? (await answerOf(url));
  const { makePasskey, showPasskey } = passkeyButtons(page, authenticator);
  const makeCodes = async () => {
    await page.getByRole('button', { name: 'Make recovery codes' }).click();
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    codes.push(...(await page.locator('#codes code').allTextContents()));
  };
  const confirmCodes = async () => {
    await page.getByLabel('One of the codes').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  };
  return {
    ...{ name, page, codes, visit, answerOf, makePasskey, showPasskey, makeCodes, confirmCodes },
    async picture(title) {
      await mkdir(ARTEFACTS, { recursive: true });
      await page.screenshot({ path: join(ARTEFACTS, `${title}.png`) });
    },
    async enrol(link) {
      await visit(link);
      await makePasskey();
      await makeCodes();
      await confirmCodes();
    },
    leave: () => context.close(),
  };
}

/**
 * Goes to an address, and gives what it answered in the end. A pod that starts beside the browser is a change of its
 * network, at which it gives up what it was about and begins again by itself: then there is a page, but no answer.
 */
export async function goTo(page: Page, url: string): Promise<Response | null> {
  await page.goto('about:blank');
  try {
    return await page.goto(url);
  } catch (error) {
    if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
    await page.waitForURL(({ protocol }) => protocol === 'https:');
    return null;
  }
}

/** The buttons that ask for a passkey: the device is touched from then on until another page is there. */
function passkeyButtons(page: Page, authenticator: Authenticator) {
  const press = async (name: string) => {
    const button = page.getByRole('button', { name });
    await button.waitFor();
    // The page has offered to fill a passkey in by then, and nobody took that.
    await page.waitForLoadState('networkidle');
    const { pathname } = new URL(page.url());
    await authenticator.touch(true);
    await button.click();
    await page.waitForURL((url) => url.pathname !== pathname);
    await authenticator.touch(false);
  };
  return {
    makePasskey: () => press('Make a passkey'),
    showPasskey: () => press('Sign in with a passkey'),
  };
}

interface Authenticator {
  /** Says whether whoever asks it finds its owner's finger there. */
  touch(enabled: boolean): Promise<void>;
}

/**
 * A device's own authenticator: it keeps passkeys, and knows its owner. Nobody touches it but when they mean to; else
 * the browser's offer to fill a passkey in would be taken at once.
 */
async function addAuthenticator(devtools: CDPSession): Promise<Authenticator> {
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  });
  return {
    async touch(enabled) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
  };
}
