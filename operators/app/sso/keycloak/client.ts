import type { ClientMark } from '@hearth/domain';
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js';
import { markOf, standingOf } from '../mark.ts';
import type { Claim, Observation } from '../provider.ts';

/** The client scope by which apps are told a person's groups. */
export const groupsScope = 'groups';

/** The attributes of a client that hold its mark. */
const markAttributes = ({ home, namespace, name }: ClientMark): Record<string, string> => ({
  'hearth.home': home,
  'hearth.namespace': namespace,
  'hearth.name': name,
});

/** The mark that a client carries. */
function markIn({ attributes = {} }: ClientRepresentation): ClientMark | undefined {
  return markOf({
    home: attributes['hearth.home'],
    namespace: attributes['hearth.namespace'],
    name: attributes['hearth.name'],
  });
}

/** A client as it is claimed, in Keycloak's words. */
export function representationOf(claim: Claim, secret: string | undefined): ClientRepresentation {
  return {
    clientId: claim.id,
    name: claim.title,
    protocol: 'openid-connect',
    enabled: true,
    publicClient: false,
    bearerOnly: false,
    standardFlowEnabled: true,
    // No app is to see a password.
    directAccessGrantsEnabled: false,
    implicitFlowEnabled: false,
    serviceAccountsEnabled: false,
    consentRequired: false,
    // Else the token that any app is given would carry all that the person may do in the realm, an admin's rights too.
    fullScopeAllowed: false,
    clientAuthenticatorType: 'client-secret',
    ...(claim.url === undefined ? {} : { rootUrl: claim.url, baseUrl: claim.url }),
    redirectUris: [...claim.redirectUris],
    attributes: {
      ...markAttributes(claim.mark),
      'post.logout.redirect.uris': claim.postLogoutRedirectUris.join('##'),
      'backchannel.logout.url': claim.signOutUri ?? '',
      'backchannel.logout.session.required': 'true',
      'pkce.code.challenge.method': claim.pkce === 'required' ? 'S256' : '',
    },
    ...(secret === undefined ? {} : { secret }),
  };
}

/** What of a client is compared, and what it is called in a sentence. */
const compared = {
  name: 'its title',
  enabled: 'that it is enabled',
  publicClient: 'that it has a secret',
  standardFlowEnabled: 'its flows',
  directAccessGrantsEnabled: 'its flows',
  implicitFlowEnabled: 'its flows',
  serviceAccountsEnabled: 'its flows',
  clientAuthenticatorType: 'that it has a secret',
  fullScopeAllowed: 'that it is told of no roles',
  baseUrl: 'its address',
  redirectUris: 'its redirect URIs',
} as const satisfies Partial<Record<keyof ClientRepresentation, string>>;

const comparedAttributes = {
  'post.logout.redirect.uris': 'where people go after signing out',
  'backchannel.logout.url': 'its back-channel logout',
  'pkce.code.challenge.method': 'that it proves itself by PKCE',
} as const;

/** What there is, beside what is claimed. */
export function observationOf(
  found: ClientRepresentation | undefined,
  claim: Claim,
  secrets: readonly string[],
): Observation {
  if (found === undefined) return { standing: { is: 'absent' }, drift: [], secrets: 'wrong' };
  const wanted = representationOf(claim, secrets[0]);
  const fields = Object.entries(compared).flatMap(([field, words]) => {
    const name = field as keyof typeof compared;
    return isSame(found[name], wanted[name]) ? [] : [words];
  });
  const attributes = Object.entries(comparedAttributes).flatMap(([name, words]) =>
    isSame(listed(found.attributes?.[name]), listed(wanted.attributes?.[name])) ? [] : [words],
  );
  const scope = found.defaultClientScopes?.includes(groupsScope) ? [] : ['that it tells of groups'];
  return {
    standing: standingOf(markIn(found), claim.mark),
    drift: [...new Set([...fields, ...attributes, ...scope])],
    secrets: found.secret === secrets[0] ? 'right' : 'wrong',
  };
}

/** Several values stand in one attribute, in whatever order. */
const listed = (value: unknown): string[] => String(value ?? '').split('##');

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));

const inOrder = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted() : value);
