import type { AdapterPayload } from 'oidc-provider';
import { digest, sameText } from '../keys/keys.ts';
import type { Client } from '../store/records.ts';

/**
 * A client in the words of OpenID Connect Dynamic Client Registration 1.0. Its secret is not in it: `hasSecret`
 * compares, with either of two.
 */
export const clientMetadata = (client: Client): AdapterPayload => ({
  client_id: client.id,
  client_name: client.title,
  client_uri: client.url,
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutRedirectUris],
  ...(client.signOutUri !== undefined && {
    backchannel_logout_uri: client.signOutUri,
    backchannel_logout_session_required: true,
  }),
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'RS256',
  // Required of a confidential client; never compared, and nothing is signed with it.
  client_secret: client.secrets.map((secret) => secret.digest).join('.') || 'none',
});

/** Whether a text is one of a client's secrets: while one is exchanged for the other, both are. */
export function hasSecret(client: Client | undefined, secret: string): boolean {
  const given = digest(secret);
  return (client?.secrets ?? []).some((known) => sameText(known.digest, given));
}

/** Whether an app must prove itself by PKCE (RFC 7636); only its definition can say that it need not. */
export const needsPkce = (client: Client | undefined): boolean => client?.pkce !== 'optional';
