import { createHash } from 'node:crypto';
import {
  accountsReport,
  type ClientReport,
  type ClientRequest,
  clientMarkHeader,
  clientReport,
  identityPaths,
} from '@hearth/domain';
import { keyText, Stalled, Waiting } from '@hearth/runtime';
import type { BindingData } from '../../binding.ts';
import type { Provider } from '../../provider.ts';
import { describe, refused } from '../explain.ts';
import { standingOf } from '../mark.ts';
import type { Adapter, Claim, Observation, OpenProvider } from '../provider.ts';
import { adminApi } from './api.ts';

/** Hearth's own identity provider, by its admin API. */
export const hearth: Adapter = { open: openHearth, overlap: 'secrets', enforcesGroups: () => true };

function openHearth(...[provider, context]: Parameters<OpenProvider>): ReturnType<OpenProvider> {
  const api = adminApi(provider, context);
  return {
    async observe(claim, secrets) {
      const path = identityPaths.client(claim.id);
      const found = await api.ask(`looking for client "${claim.id}"`, { method: 'GET', path }, clientReport);
      return found ? observationOf(found, claim, secrets) : absent(secrets);
    },

    async carryOut(step, claim) {
      const path = identityPaths.client(claim.id);
      const question =
        step.do === 'remove'
          ? {
              method: 'DELETE' as const,
              path,
              headers: { [clientMarkHeader]: JSON.stringify(claim.mark) },
            }
          : { method: 'PUT' as const, path, body: requestOf(claim, step.secrets) };
      await api.tell(describe(step.do, claim.id), question);
    },

    async bindingOf(claim, secret) {
      if (claim.strategy === 'forward-auth') return { userHeader: 'X-Forwarded-User' };
      return oidcBinding(issuerOf(provider), claim.id, secret);
    },

    async syncAccounts(accounts) {
      const question = { method: 'PUT' as const, path: identityPaths.accounts, body: accounts };
      const what = 'telling it of all people';
      const report = await api.ask(what, question, accountsReport);
      if (report === undefined) throw refused({ provider: `App ${keyText(provider.ref)}`, what }, 404, '');
      const seen = new Map(report.users.map((user) => [user.name, user]));
      return { seen, refused: new Map(), ...(report.directory === 'behind' ? { behind } : {}) };
    },

    close: async () => undefined,
  };
}

const behind =
  'The directory that it keeps does not know the latest yet: by LDAP people still sign in as before.';

/** The binding of a client of OpenID Connect. */
function oidcBinding(issuer: string, clientId: string, clientSecret: string | undefined): BindingData {
  if (clientSecret === undefined) throw new Error(`client ${clientId} has no secret`);
  return { issuer, clientId, clientSecret, discovery: `${issuer}/.well-known/openid-configuration` };
}

/** The issuer is the address by which people reach identity: it is told the same, by its own Route. */
function issuerOf({ app, ref }: Provider<'SSOClient'>): string {
  const url = app.status?.url;
  if (url !== undefined) return url;
  throw new Waiting('ProviderNotReady', `App ${ref.namespace}/${ref.name} has no address yet.`);
}

const absent = (secrets: readonly string[]): Observation => ({
  standing: { is: 'absent' },
  drift: [],
  secrets: secrets.length === 0 ? 'right' : 'wrong',
});

/** What a secret is known by, where it must not be told. */
const fingerprintOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex').slice(0, 16);

function requestOf(claim: Claim, secrets: readonly string[]): ClientRequest {
  const { id, mark, strategy, title, icon, url, pkce, open, groups, signOutUri } = claim;
  if (strategy === 'ldap' || url === undefined)
    throw new Stalled('WrongStrategy', `Identity has no clients of ${strategy}.`);
  return {
    id,
    mark,
    strategy,
    title,
    url,
    pkce,
    redirectUris: [...claim.redirectUris],
    postLogoutRedirectUris: [...claim.postLogoutRedirectUris],
    open: [...open],
    groups: [...groups],
    secrets: secrets.map((value) => ({ id: fingerprintOf(value), value })),
    ...(icon === undefined ? {} : { icon }),
    ...(signOutUri === undefined ? {} : { signOutUri }),
  };
}

/** What of a client is compared, and what it is called in a sentence. */
const compared = {
  strategy: 'its strategy',
  title: 'its title',
  icon: 'its picture',
  url: 'its address',
  redirectUris: 'its redirect URIs',
  postLogoutRedirectUris: 'where people go after signing out',
  signOutUri: 'its back-channel logout',
  pkce: 'that it proves itself by PKCE',
  open: 'its open paths',
  groups: 'its groups',
} as const satisfies Partial<Record<keyof ClientReport, string>>;

function observationOf(found: ClientReport, claim: Claim, secrets: readonly string[]): Observation {
  const standing = standingOf(found.mark, claim.mark);
  const wanted = secrets.map(fingerprintOf).toSorted();
  const taken = found.secrets.map(({ fingerprint }) => fingerprint).toSorted();
  return {
    standing,
    drift: Object.entries(compared).flatMap(([field, words]) => {
      const name = field as keyof typeof compared;
      return isSame(found[name], claim[name]) ? [] : [words];
    }),
    secrets: isSame(wanted, taken) ? 'right' : 'wrong',
  };
}

/** Whether two values are the same; of lists, in whatever order. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));

const inOrder = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted() : value);
