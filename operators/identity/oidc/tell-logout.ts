import type { Identity } from '../identity.ts';
import type { SigningKey } from '../keys/signing.ts';
import type { TellLogout } from '../sessions/logouts.ts';
import { logoutToken } from './logout-token.ts';

/** How long an app may take to say that it has heard. */
const PATIENCE = 5000;

/** Tells an app that a session is over (OpenID Connect Back-Channel Logout 1.0, 2.5); rejects where it does not take it. */
export const tellLogout =
  (
    { issuer, clock, randomId, fetch }: Pick<Identity, 'issuer' | 'clock' | 'randomId' | 'fetch'>,
    signing: () => SigningKey,
  ): TellLogout =>
  async (client, { sub, sid }) => {
    if (client.signOutUri === undefined) return;
    const claims = { issuer, client: client.id, sub, sid, id: randomId(), now: clock.now().getTime() };
    const response = await fetch(client.signOutUri, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: logoutToken(signing(), claims) }).toString(),
    });
    await response.body?.cancel();
    if (response.status !== 200 && response.status !== 204) {
      throw new Error(`${client.id} answered ${response.status} to a logout`);
    }
  };
