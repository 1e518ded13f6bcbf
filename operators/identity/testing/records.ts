import type { Account, Client, Passkey, StoredSession } from '../store/records.ts';

/** When everything in the fixtures happened. */
export const NOW = Date.UTC(2026, 2, 1, 12);

/** Mila, of the family. */
export const anAccount = (over: Partial<Account> = {}): Account => ({
  sub: 'sub-mila',
  name: 'mila',
  displayName: 'Mila',
  email: 'mila@example.org',
  disabled: false,
  groups: ['family'],
  ...over,
});

/** Mila's phone. */
export const aPasskey = (over: Partial<Passkey> = {}): Passkey => ({
  id: 'cred-phone',
  sub: 'sub-mila',
  name: 'Phone',
  publicKey: 'cose',
  counter: 0,
  transports: ['internal'],
  created: NOW,
  ...over,
});

/** Mila's browser. */
export const aSession = (over: Partial<StoredSession> = {}): StoredSession => ({
  id: 'session-1',
  digest: 'digest-1',
  sub: 'sub-mila',
  passkey: 'cred-phone',
  created: NOW,
  seen: NOW,
  expires: NOW + 86_400_000,
  address: '192.0.2.7',
  browser: 'Firefox on Linux',
  ...over,
});

/** A feed reader that the family may enter. */
export const aClient = (over: Partial<Client> = {}): Client => ({
  id: 'home-rss',
  mark: { home: 'home-1', namespace: 'home', name: 'rss' },
  strategy: 'oidc',
  redirectUris: ['https://rss.hearth.test/callback'],
  postLogoutRedirectUris: ['https://rss.hearth.test/'],
  open: [],
  groups: ['family'],
  title: 'Feeds',
  url: 'https://rss.hearth.test/',
  secrets: [],
  ...over,
});
