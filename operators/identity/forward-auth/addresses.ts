import type { Client } from '../store/records.ts';
import type { Forwarded } from './forwarded.ts';

/** Paths of every app's host that identity answers: the app never sees them. */
export const hostPaths = { callback: '/.hearth/callback', signOut: '/.hearth/sign-out' } as const;

/** Longer addresses are not come back to: they would not fit into a request any more. */
const LONGEST = 2048;

/** The host of an app, as `URL.host` has it. */
export const hostOf = (client: Pick<Client, 'url'>): string => new URL(client.url).host;

/** Where a person goes on in an app: to the address that they wanted, if it is the app's own; else to its beginning. */
export function destination(client: Pick<Client, 'url'>, wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > LONGEST || !URL.canParse(wanted)) return client.url;
  const { origin, pathname, search } = new URL(wanted);
  const isAppsOwn = origin === new URL(client.url).origin;
  // Its own paths of identity lead nowhere by themselves.
  return isAppsOwn && !Object.values<string>(hostPaths).includes(pathname)
    ? origin + pathname + search
    : client.url;
}

/** The address that a person wanted. What was sent with it can’t be sent again: then it is the app’s beginning. */
export function wantedAddress(
  client: Pick<Client, 'url'>,
  { method, host, path, search }: Forwarded,
): string {
  if (method !== 'GET' && method !== 'HEAD') return client.url;
  return destination(client, `https://${host}${path}${search}`);
}

/** Where identity looks who somebody is, and sends them back with a code. */
export const startAddress = (issuer: string, client: string, to: string, state: string): string =>
  `${issuer}/forward-auth/start?${new URLSearchParams({ client, to, state })}`;

/** Where an app’s host takes a code. */
export const callbackAddress = (client: Pick<Client, 'url'>, code: string): string =>
  `${new URL(client.url).origin}${hostPaths.callback}?${new URLSearchParams({ code })}`;

/** Where somebody is told that a sign-in was begun in another browser, or that theirs keeps no cookies. */
export const lostAddress = (issuer: string, client: string): string =>
  `${issuer}/forward-auth/lost?${new URLSearchParams({ client })}`;

/** Where somebody who has left an app is asked whether that is all. */
export const leftAddress = (issuer: string, client: string): string =>
  `${issuer}/forward-auth/left?${new URLSearchParams({ client })}`;
