import type { Identity } from '../identity.ts';
import { sessionOfHost } from '../sessions/host-session.ts';
import type { SignedIn } from '../sessions/sessions.ts';
import type { Client } from '../store/records.ts';
import { startAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import { begin } from './beginning.ts';

/** Who is signed in to an app, by the cookie of its host. Ending the session at identity has ended it here. */
export function signedInTo(
  { keys, sessions }: Identity,
  client: Client,
  cookie: string | undefined,
): SignedIn | undefined {
  const session = sessionOfHost(keys, cookie, client.id);
  return session === undefined ? undefined : sessions.byId(session);
}

/** Sends somebody to identity, from where they come back to an address of the app. */
export function sendToSignIn(
  identity: Identity,
  client: Client,
  cookie: string | undefined,
  to: string,
): Answer {
  const { state, cookie: beginning } = begin(cookie, identity.random);
  return {
    answer: 'redirect',
    to: startAddress(identity.issuer, client.id, to, state),
    cookies: [beginning],
  };
}
