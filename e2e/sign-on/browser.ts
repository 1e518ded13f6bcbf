import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { startBrowser, type TestBrowser } from '../harness/browser.ts';
import type { World } from './world.ts';

/** A browser for which the home's hosts are where the gateway is, and that trusts the home's authority. */
export const startHomeBrowser = ({ ca }: World): Promise<TestBrowser> =>
  startBrowser(['--host-resolver-rules=MAP *.hearth.test 127.0.0.1'], ca);

/** A person's device: a browser with an authenticator in it. */
export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whether the person says yes whenever they are asked, to the browser's autofill too; they do at first. */
  agree(always: boolean): Promise<void>;
  /** Another passkey on another authenticator of the same person, such as a key that they plug in. */
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one. Passkeys stay with the page's tab. */
export async function openDevice({ browser }: TestBrowser): Promise<Device> {
  const context = await browser.newContext({ colorScheme: 'light' });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const authenticatorId = await addAuthenticator(session, 'internal');
  return {
    context,
    page,
    async agree(enabled) {
      await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    async plugIn() {
      await addAuthenticator(session, 'usb');
    },
    close: () => context.close(),
  };
}

async function addAuthenticator(session: CDPSession, transport: 'internal' | 'usb'): Promise<string> {
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}
