import { pages } from '../pages.ts';
import type { AppSignOut, Frame } from '../views.ts';

const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 2, day, hour, 24));

const photos = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="16" fill="#3b7ddd"/><circle cx="32" cy="32" r="15" fill="none" stroke="#fff" stroke-width="6"/></svg>',
).toString('base64')}`;

/** Mila, who is signed in. */
const signedIn = (here?: Frame['here'], notice?: string): Frame => ({
  person: { name: 'mila', displayName: 'Mila' },
  ...(here && { here }),
  ...(notice !== undefined && { notice }),
});

const reach: readonly AppSignOut[] = [
  { title: 'Feeds', way: 'gateway' },
  { title: 'Photos', way: 'told' },
  { title: 'Films', way: 'itself' },
];

const app = (id: string, title: string, icon?: string) => ({
  id,
  title,
  url: `https://${id}.hearth.test/`,
  ...(icon !== undefined && { icon }),
});

const codes = ['7K3M-Q9TX-2B4H-W8ZC', 'A1B2-C3D4-E5F6-G7H8'].flatMap((code) =>
  ['0', '1', '2', '3', '4'].map((digit) => code.replace(/.$/, digit)),
);

const devices = [
  { id: 'phone', name: 'My phone', added: at(1), lastUsed: at(20, 7), current: true, last: false },
  { id: 'key/2', name: 'The key in the drawer', added: at(2), current: false, last: false },
];

/** Every page in each of its states, with people and apps of a made-up home. */
export const gallery: Readonly<Record<string, () => string>> = {
  'sign-in': () => pages.signIn({}, { to: '/', again: false }),
  'sign-in-to-app': () => pages.signIn({}, { to: '/', again: false, app: app('photos', 'Photos', photos) }),
  'sign-in-again': () => pages.signIn({}, { to: '/devices', again: true }),
  enrol: () => pages.enrol({}, { displayName: 'Mila', name: 'mila', further: false, device: 'iPhone' }),
  'enrol-further': () =>
    pages.enrol({}, { displayName: 'Mila', name: 'mila', further: true, device: 'Linux' }),
  safety: () => pages.safety(signedIn(), { displayName: 'Mila', device: 'iPhone', to: '/' }),
  'recovery-codes': () => pages.recoveryCodes(signedIn(), { codes, wrong: false, to: '/' }),
  'recovery-codes-wrong': () => pages.recoveryCodes(signedIn(), { codes: [], wrong: true, to: '/' }),
  recover: () => pages.recover({}, { name: '' }),
  'recover-refused': () =>
    pages.recover({}, { name: 'mila', problem: 'This name and this code do not belong together.' }),
  launcher: () =>
    pages.launcher(signedIn('apps'), {
      apps: [
        app('photos', 'Photos', photos),
        ...['Feeds', 'Films', 'Budget', 'Recipes', 'Notes', 'Downloads', 'The house’s books', 'Mail'].map(
          (title) => app(title.toLowerCase().replaceAll(/[^a-z]/g, ''), title),
        ),
      ],
    }),
  'launcher-empty': () => pages.launcher(signedIn('apps'), { apps: [] }),
  devices: () =>
    pages.devices(signedIn('devices', 'The device is added: it can sign you in from now on.'), {
      devices,
      device: 'Linux',
      codesLeft: 9,
    }),
  'devices-link': () =>
    pages.devices(signedIn('devices'), {
      devices: devices.slice(0, 1).map((device) => ({ ...device, last: true })),
      device: 'Linux',
      codesLeft: 0,
      link: { url: `https://identity.hearth.test/enrol/${'x7Yp'.repeat(10)}`, expires: at(20, 13) },
    }),
  sessions: () =>
    pages.sessions(signedIn('sessions'), {
      sessions: [
        {
          id: 'one',
          browser: 'Safari on iPhone',
          address: '192.168.1.23',
          device: 'My phone',
          since: at(18),
          seen: at(20),
          current: true,
          apps: ['Feeds', 'Photos', 'Films'],
        },
        {
          id: 'two',
          browser: 'Firefox on Linux',
          address: '2001:db8:0:1234:5678:9abc:def0:1234',
          device: 'The key in the drawer',
          since: at(3),
          seen: at(19),
          current: false,
          apps: [],
        },
      ],
      apps: reach,
    }),
  'app-passwords': () =>
    pages.appPasswords(signedIn('app-passwords'), {
      passwords: [{ id: 'one', name: 'Wiki', created: at(4) }],
      userName: 'mila',
      made: { name: 'Mail on my phone', password: 'k7mq-w3xz-9pha-r2dn-v8ec' },
    }),
  'app-passwords-none': () =>
    pages.appPasswords(signedIn('app-passwords'), { passwords: [], userName: 'mila' }),
  activity: () =>
    pages.activity(signedIn('activity'), {
      entries: [
        { at: at(20), what: 'Signed in', device: 'My phone', address: '192.168.1.23' },
        { at: at(20), what: 'Opened an app', app: 'Photos', address: '192.168.1.23' },
        { at: at(19), what: 'Made recovery codes' },
      ],
    }),
  'end-session': () =>
    pages.endSession(signedIn(), {
      app: 'Photos',
      form: '<form id="op.logoutForm" method="post" action="/oidc/session/end/confirm"><input type="hidden" name="xsrf" value="x"/></form>',
      apps: reach,
    }),
  'signed-out': () => pages.signedOut({}, { apps: reach }),
  'still-signed-in': () => pages.signedOut(signedIn(), { apps: reach }),
  'signed-out-of-app': () => pages.signedOut(signedIn(), { app: app('feeds', 'Feeds'), apps: reach }),
  'not-open-to-you': () =>
    pages.refusal(signedIn(), {
      status: 403,
      title: 'Budget is not open to you',
      text: 'It is for certain groups of this home. Whoever looks after the home can let you in.',
      onward: { url: '/', label: 'What I can open' },
      signOut: 'Sign in as somebody else',
    }),
  'link-expired': () =>
    pages.refusal(
      {},
      {
        status: 410,
        title: 'This link no longer works',
        text: 'It was used, has expired, or a newer one was made. Ask whoever looks after the home for another.',
        onward: { url: '/', label: 'What I can open' },
      },
    ),
};
