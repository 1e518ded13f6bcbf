import {
  type Configuration,
  type FindAccount,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { mayBeHere, mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { SigningKey } from '../keys/signing.ts';
import { LONGEST } from '../sessions/lifetime.ts';
import { createAdapter } from './adapter.ts';
import type { ArtefactCodec } from './artefacts.ts';
import { claimsOf, scopeClaims } from './claims.ts';
import { needsPkce } from './clients.ts';
import { existingGrant } from './grants.ts';
import { PHISHING_RESISTANT } from './interaction.ts';
import { oidcPages } from './oidc-pages.ts';

const HOUR = 60 * 60;
const WHOLE_SIGN_IN = LONGEST / 1000;

/**
 * oidc-provider, set up for a home: authorization code with PKCE and nothing else, opaque access tokens, RS256 because
 * every app can verify it, and refresh tokens that end with the sign-in. One can be used again: an app that did not
 * get the answer asks once more, and RFC 9700 (4.14.2) wants them to change only where a client has no secret.
 */
export function configuration(
  identity: Identity,
  codec: ArtefactCodec,
  keys: readonly SigningKey[],
): Configuration {
  return {
    adapter: createAdapter({ ...identity, codec }),
    jwks: { keys: keys.map((key) => ({ ...key })) },
    routes,
    scopes: ['openid', 'offline_access'],
    claims: scopeClaims,
    // Many apps read the ID token alone, and never ask userinfo.
    conformIdTokenClaims: false,
    acrValues: [PHISHING_RESISTANT],
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientBasedCORS: () => false,
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: (_ctx, client) => needsPkce(identity.clients.find(client.clientId)) },
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    expiresWithSession: () => true,
    // Whoever looks after the home has consented for all: no app need ask for it (`offline_access`) by a prompt.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    ttl,
    cookies: cookies(identity),
    features: features(identity),
    interactions: { policy: policy(identity), url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: findAccount(identity),
    loadExistingGrant: (ctx) => existingGrant(identity, codec, ctx),
    renderError: oidcPages(identity).error,
    // Apps are inside of the home, where oidc-provider's own guard against private addresses lets nothing through;
    // what is called comes from the App operator alone.
    fetch: (url, { dispatcher: _guard, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
      identity.fetch(url, options),
  };
}

const routes = {
  authorization: '/oidc/auth',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  jwks: '/oidc/jwks',
  revocation: '/oidc/revoke',
  end_session: '/oidc/session/end',
};

const ttl: NonNullable<Configuration['ttl']> = {
  AuthorizationCode: 60,
  AccessToken: HOUR,
  IdToken: HOUR,
  Interaction: HOUR,
  RefreshToken: WHOLE_SIGN_IN,
  Grant: WHOLE_SIGN_IN,
  // One is kept for everybody who comes by, signed in or not.
  Session: (_ctx, session) => (session.accountId === undefined ? HOUR : WHOLE_SIGN_IN),
};

/** Interactions have paths of their own, so that two tabs do not mix: `__Host-` cookies can't. */
function cookies({ keys }: Identity): NonNullable<Configuration['cookies']> {
  const cookie = { httpOnly: true, sameSite: 'lax', secure: true } as const;
  return {
    names: {
      session: '__Host-hearth-oidc',
      interaction: '__Secure-hearth-interaction',
      resume: '__Secure-hearth-resume',
    },
    long: cookie,
    short: cookie,
    keys: [keys.derive('oidc-cookie').toString('base64url')],
  };
}

/** Somebody, for as long as they are here; with a token, for as long as they may enter its app. */
const findAccount =
  ({ people, clients }: Identity): FindAccount =>
  (_ctx, sub, token) => {
    const account = people.bySub(sub);
    if (!mayBeHere(account)) return undefined;
    const client = token?.clientId === undefined ? undefined : clients.find(token.clientId);
    if (token !== undefined && (client === undefined || !mayEnter(account, client))) return undefined;
    return { accountId: sub, claims: () => claimsOf(account) };
  };

function features(identity: Identity): NonNullable<Configuration['features']> {
  const { endSession, signedOut } = oidcPages(identity);
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: endSession, postLogoutSuccessSource: signedOut },
  };
}

/** On top of what OpenID Connect asks for: the provider's session counts only while ours does, and is of the same person. */
function policy({ sessions }: Identity) {
  const base = interactionPolicy.base();
  const { Check } = interactionPolicy;
  base.get('login')?.checks.add(
    new Check('not_signed_in', 'End-User authentication is required', (ctx: KoaContextWithOIDC) => {
      const signedIn = sessions.ofCookie(ctx.req.headers.cookie);
      return signedIn?.account.sub === ctx.oidc.session?.accountId
        ? Check.NO_NEED_TO_PROMPT
        : Check.REQUEST_PROMPT;
    }),
  );
  return base;
}
