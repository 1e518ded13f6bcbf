import { activity } from './activity-page.ts';
import { appPasswords } from './app-passwords-page.ts';
import { devices } from './devices-page.ts';
import { enrol, safety } from './enrol-pages.ts';
import { launcher } from './launcher-page.ts';
import { recover, recoveryCodes } from './recovery-pages.ts';
import { refusal } from './refusal-page.ts';
import { sessions } from './sessions-page.ts';
import { signIn } from './sign-in-page.ts';
import { endSession, signedOut } from './sign-out-pages.ts';
import type { Pages } from './views.ts';

/** The pages: pure functions of what they show. */
export const pages: Pages = {
  signIn,
  enrol,
  safety,
  recoveryCodes,
  recover,
  launcher,
  devices,
  sessions,
  appPasswords,
  activity,
  endSession,
  signedOut,
  refusal,
};
