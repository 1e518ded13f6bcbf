import type { ActivityView } from '../pages/views.ts';
import { type AuditEvent, BY_ADMINISTRATOR, type WrittenEntry } from '../store/records.ts';

/** What happened, in words for the person in whose name it did. */
const WORDS: Readonly<Record<AuditEvent, string>> = {
  'sign-in': 'Signed in',
  'sign-in-refused': 'Was not let in',
  'sign-out': 'Signed out',
  'session-ended': 'Ended a session',
  'app-opened': 'Opened an app',
  'app-refused': 'Was kept out of an app',
  'link-made': 'Made a link for another device',
  'device-added': 'Added a device',
  'device-removed': 'Removed a device',
  'device-renamed': 'Renamed a device',
  'codes-made': 'Made recovery codes',
  'codes-confirmed': 'Kept the new recovery codes',
  'code-used': 'Used a recovery code',
  'code-refused': 'Typed a wrong recovery code',
  'app-password-made': 'Made an app password',
  'app-password-removed': 'Removed an app password',
  'account-added': 'Became part of this home',
  'account-disabled': 'Was kept out by whoever looks after the home',
  'account-enabled': 'Was let in again',
  'account-removed': 'Was removed from this home',
  'client-changed': 'Changed an app',
  'client-removed': 'Removed an app',
  'logout-told': 'An app was told of a sign-out',
  'logout-not-told': 'An app could not be told of a sign-out',
};

/** The same where it was not the person who did it. */
const DONE_FOR_THEM: Readonly<Partial<Record<AuditEvent, string>>> = {
  'link-made': 'Whoever looks after the home made a link for another device',
  'device-removed': 'Whoever looks after the home removed a device',
};

/** An entry of the trail, for the page. */
export const inWords = (
  { at, event, address, device, client, detail }: WrittenEntry,
  title: (client: string) => string,
): ActivityView['entries'][number] => ({
  at: new Date(at),
  what: (detail === BY_ADMINISTRATOR && DONE_FOR_THEM[event]) || WORDS[event],
  ...(address !== undefined && { address }),
  ...(device !== undefined && { device }),
  ...(client !== undefined && { app: title(client) }),
});
