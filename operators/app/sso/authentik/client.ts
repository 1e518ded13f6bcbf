import type { Application } from '@goauthentik/api/dist/models/Application.js';
import type { ApplicationRequest } from '@goauthentik/api/dist/models/ApplicationRequest.js';
import type { OAuth2Provider } from '@goauthentik/api/dist/models/OAuth2Provider.js';
import type { OAuth2ProviderRequest } from '@goauthentik/api/dist/models/OAuth2ProviderRequest.js';
import { readMark, type Standing, standingOf, writeMark } from '../mark.ts';
import type { Claim, Observation } from '../provider.ts';

/** What a provider of Authentik's is made with that every home has its own of. */
export interface Surroundings {
  readonly authorizationFlow: string;
  readonly invalidationFlow: string;
  readonly propertyMappings: readonly string[];
  readonly signingKey: string;
}

/** What Authentik holds of a client. */
export interface Found {
  readonly provider: OAuth2Provider | undefined;
  readonly application: Application | undefined;
  /** The names of the groups that may enter the application. */
  readonly groups: readonly string[];
}

/** A provider's name is seen by admins alone: the mark stands in it. */
const providerName = ({ id, mark }: Claim): string => `${id} ${writeMark(mark)}`;

/** The provider as it is claimed, in Authentik's words. */
export function providerOf(
  claim: Claim,
  secret: string | undefined,
  { authorizationFlow, invalidationFlow, propertyMappings, signingKey }: Surroundings,
): OAuth2ProviderRequest {
  return {
    name: providerName(claim),
    authorizationFlow,
    invalidationFlow,
    propertyMappings: [...propertyMappings],
    signingKey,
    clientType: 'confidential',
    grantTypes: ['authorization_code', 'refresh_token'],
    clientId: claim.id,
    ...(secret === undefined ? {} : { clientSecret: secret }),
    redirectUris: [
      ...claim.redirectUris.map((url) => uriOf(url, 'authorization')),
      ...claim.postLogoutRedirectUris.map((url) => uriOf(url, 'logout')),
    ],
    logoutUri: claim.signOutUri ?? '',
    logoutMethod: 'backchannel',
    subMode: 'user_uuid',
    issuerMode: 'per_provider',
  };
}

/** Compared as it stands: other modes read it as a pattern. */
const uriOf = (url: string, redirectUriType: 'authorization' | 'logout') => ({
  matchingMode: 'strict' as const,
  url,
  redirectUriType,
});

/** The application as it is claimed. It gets its provider last, when only the right people may enter. */
export const applicationOf = ({ id, title, url }: Claim): ApplicationRequest => ({
  name: title,
  slug: id,
  metaLaunchUrl: url ?? '',
  policyEngineMode: 'any',
});

/** What there is, beside what is claimed. */
export function observationOf(found: Found, claim: Claim, secrets: readonly string[]): Observation {
  return {
    standing: standingIn(found, claim),
    drift: driftOf(found, claim),
    secrets: found.provider?.clientSecret === secrets[0] ? 'right' : 'wrong',
  };
}

/** An application bears no mark but that of its provider; one without is ours only together with a provider of ours. */
function standingIn({ provider, application }: Found, claim: Claim): Standing {
  if (provider === undefined) {
    return application === undefined ? { is: 'absent' } : standingOf(undefined, claim.mark);
  }
  const standing = standingOf(readMark(provider.name.slice(provider.name.indexOf('{'))), claim.mark);
  const others = application?.provider;
  const isOthers = typeof others === 'number' && others !== provider.pk;
  return standing.is === 'ours' && isOthers ? standingOf(undefined, claim.mark) : standing;
}

function driftOf({ provider, application, groups }: Found, claim: Claim): string[] {
  const uris = (claimed: readonly { readonly url: string; readonly matchingMode: string }[] = []) =>
    claimed.map(({ url, matchingMode }) => `${matchingMode} ${url}`).toSorted();
  const wanted = [...claim.redirectUris, ...claim.postLogoutRedirectUris].map((url) => uriOf(url, 'logout'));
  const differences: [string, boolean][] = [
    ['its redirect URIs', !isSame(uris(provider?.redirectUris), uris(wanted))],
    ['its back-channel logout', (provider?.logoutUri ?? '') !== (claim.signOutUri ?? '')],
    ['its issuer', provider?.issuerMode !== 'per_provider' || provider.clientType !== 'confidential'],
    ['its application', application === undefined || application.provider !== provider?.pk],
    ['its title', application?.name !== claim.title],
    ['its address', application?.metaLaunchUrl !== (claim.url ?? '')],
    ['its groups', application?.policyEngineMode !== 'any' || !isSame(groups.toSorted(), claim.groups)],
  ];
  return differences.flatMap(([words, differs]) => (differs ? [words] : []));
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
