import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import { hostCookie } from '../sessions/cookie.ts';
import { HOST_COOKIE, hostSession } from '../sessions/host-session.ts';
import type { SignedIn } from '../sessions/sessions.ts';
import type { Client } from '../store/records.ts';
import { hostOf, lostAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import { begun, hasBegun, hasBegunAny } from './beginning.ts';
import { type Code, openCode } from './code.ts';
import type { Forwarded } from './forwarded.ts';
import { sendToSignIn, signedInTo } from './host.ts';

/**
 * Takes a code for the cookie of an app's host. One that does not count (taken before, expired, of another app, of
 * another browser) gives nothing: who is signed in goes on, and who began here begins again.
 */
export async function takeCode(identity: Identity, client: Client, forwarded: Forwarded): Promise<Answer> {
  const { address, cookie, search } = forwarded;
  const opened = openCode(identity.tickets, new URLSearchParams(search).get('code'));
  const code = opened !== undefined && isOf(opened.content, client) ? opened.content : undefined;
  const to = code?.to ?? client.url;
  const signedIn = code && hasBegun(cookie, code.state) ? identity.sessions.byId(code.session) : undefined;
  if (
    opened &&
    signedIn &&
    mayEnter(signedIn.account, client) &&
    (await identity.store.spend(opened.spent))
  ) {
    return enter(identity, client, signedIn, { to, address });
  }
  if (signedInTo(identity, client, cookie) !== undefined) return { answer: 'redirect', to, cookies: [] };
  if (hasBegunAny(cookie)) return sendToSignIn(identity, client, cookie, to);
  return { answer: 'redirect', to: lostAddress(identity.issuer, client.id), cookies: [] };
}

const isOf = (code: Code, client: Client): boolean =>
  code.client === client.id && code.host === hostOf(client);

async function enter(
  identity: Identity,
  client: Client,
  { account, session }: SignedIn,
  { to, address }: { readonly to: string; readonly address: string },
): Promise<Answer> {
  // Nothing of OpenID Connect goes with it: the cookie ends with the session.
  const joined = { session: session.id, client: client.id, oidcSession: '', grant: '', sid: '' };
  await identity.store.sessions.join(joined);
  await identity.audit({
    event: 'app-opened',
    sub: account.sub,
    user: account.name,
    client: client.id,
    address,
  });
  identity.sessions.touch(session);
  const cookie = hostCookie(HOST_COOKIE, hostSession(identity.keys, session.id, client.id));
  return { answer: 'redirect', to, cookies: [cookie, begun()] };
}
