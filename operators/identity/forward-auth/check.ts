import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import { hostCookie } from '../sessions/cookie.ts';
import { HOST_COOKIE } from '../sessions/host-session.ts';
import type { Client } from '../store/records.ts';
import { hostOf, hostPaths, leftAddress, wantedAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import { takeCode } from './callback.ts';
import type { Forwarded } from './forwarded.ts';
import { sendToSignIn, signedInTo } from './host.ts';

/**
 * Whether a request may go on to an app. From memory alone: what is asked at each request of each app must not wait
 * for a database. The store is asked only when a code is taken, once for each sign-in.
 */
export async function check(identity: Identity, id: string, forwarded: Forwarded): Promise<Answer> {
  const client = identity.clients.find(id);
  if (client?.strategy !== 'forward-auth') return { answer: 'refuse', code: 404 };
  if (forwarded.host !== hostOf(client)) return elsewhere(client, forwarded);
  const { path, isNavigation } = forwarded;
  if (isNavigation && path === hostPaths.callback) return takeCode(identity, client, forwarded);
  if (isNavigation && path === hostPaths.signOut) return leave(identity, client);
  return passage(identity, client, forwarded);
}

function passage(identity: Identity, client: Client, forwarded: Forwarded): Answer {
  const signedIn = signedInTo(identity, client, forwarded.cookie);
  if (signedIn !== undefined && mayEnter(signedIn.account, client)) {
    identity.sessions.touch(signedIn.session);
    return { answer: 'let-in', account: signedIn.account };
  }
  // Identity itself tells people that they may not; it may know them as somebody else meanwhile, who may.
  if (forwarded.isNavigation) {
    return sendToSignIn(identity, client, forwarded.cookie, wantedAddress(client, forwarded));
  }
  return { answer: 'refuse', code: signedIn === undefined ? 401 : 403 };
}

/** An app's Middleware on another host: nobody has a cookie there, and nobody gets one. */
const elsewhere = (client: Client, { isNavigation }: Forwarded): Answer =>
  isNavigation ? { answer: 'redirect', to: client.url, cookies: [] } : { answer: 'refuse', code: 403 };

/** Leaves one app: its cookie goes. Whether that was all that they wanted to leave, identity asks them. */
const leave = ({ issuer }: Identity, client: Client): Answer => ({
  answer: 'redirect',
  to: leftAddress(issuer, client.id),
  cookies: [hostCookie(HOST_COOKIE, '', 0)],
});
