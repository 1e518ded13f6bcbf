import { effectiveSettings } from '@hearth/domain';
import { Stalled, Waiting } from '@hearth/runtime';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { NetworkError } from '@keycloak/keycloak-admin-client';
import { adminCredentials, dial, type Endpoint, endpointOf, type Provider } from '../../provider.ts';
import { type Doing, refused, unanswered } from '../explain.ts';
import type { OpenProvider } from '../provider.ts';

/** How long Keycloak may take to answer, in milliseconds: a cold one is slow. */
const patience = 15_000;

/** The admin API of Keycloak, logged in. */
export type Admin = KeycloakAdminClient;

/** The session of one pass. */
export interface Session {
  /** The realm that Hearth works in. */
  readonly realm: string;
  /** Does `work`; what fails is told in words, but for the end of the process, which is nobody's fault. */
  ask<T>(what: string, work: (admin: Admin) => Promise<T>): Promise<T>;
  /** The same, of work that changes something. */
  change<T>(what: string, work: (admin: Admin) => Promise<T>): Promise<T>;
}

/** The realm of a provider, by its setting. */
export function realmOf({ app, definition }: Pick<Provider<'SSOClient'>, 'app' | 'definition'>): string {
  const { realm } = effectiveSettings(app, definition);
  return typeof realm === 'string' && realm !== '' ? realm : 'home';
}

/** Opens a session; the library is loaded, and the admin logged in, when something is first asked. */
export function openSession(...[provider, context]: Parameters<OpenProvider>): Session {
  const name = `App ${provider.ref.namespace}/${provider.ref.name}`;
  const realm = realmOf(provider);
  let kept: Promise<Admin> | undefined;

  const ask: Session['ask'] = async (what, work) => {
    try {
      kept ??= logIn(provider, realm, context);
      return await work(await kept);
    } catch (error) {
      context.signal.throwIfAborted();
      throw explain(error, { provider: name, what });
    }
  };

  return {
    realm,
    ask,
    change: (what, work) =>
      ask(what, async (admin) => {
        // Whoever leads now works on the same clients and people.
        context.requireLead();
        return work(admin);
      }),
  };
}

async function logIn(
  provider: Parameters<OpenProvider>[0],
  realm: string,
  { read, reach }: Parameters<OpenProvider>[1],
): Promise<Admin> {
  const { default: Client } = await import('@keycloak/keycloak-admin-client');
  const endpoint = endpointOf(provider);
  const baseUrl = baseUrlOf(endpoint, await dial(endpoint, reach));
  // An answer that leads elsewhere would take the admin's token along.
  const settings = { baseUrl, timeout: patience, requestOptions: { redirect: 'error' } } as const;
  const { username, password } = await adminCredentials(provider, read);
  const account = new Client(settings);
  await account.auth({ username, password, grantType: 'password', clientId: 'admin-cli' });
  // The token lasts a minute. It is renewed in the realm of the account, which is not the one that is worked in.
  const admin = new Client({ ...settings, realmName: realm });
  admin.registerTokenProvider({ getAccessToken: () => account.getAccessToken() });
  return admin;
}

/** Where its API is: over TLS on the ports that are known for it. */
function baseUrlOf(
  endpoint: Endpoint,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  const scheme = endpoint.port === 443 || endpoint.port === 8443 ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The status that Keycloak answered with, where it answered. */
export function statusOf(error: unknown): number | undefined {
  return isNetworkError(error) ? error.response.status : undefined;
}

/** What an answer of 409 to making something means is for who asks: somebody else made it first. */
export async function unlessThere(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
}

/** The class itself is in the package that is loaded late. */
const isNetworkError = (error: unknown): error is NetworkError =>
  error instanceof Error && 'response' in error && error.response instanceof Response;

function explain(error: unknown, doing: Doing): unknown {
  if (error instanceof Waiting || error instanceof Stalled) return error;
  if (isNetworkError(error)) {
    // Where its login refuses somebody, Keycloak answers 401 with words of its own.
    return refused(doing, error.response.status, error.message);
  }
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';
  if (error.name === 'TimeoutError') return unanswered(doing, `says nothing for ${patience / 1000} s`);
  return error.message === 'fetch failed' ? unanswered(doing, `breaks off ${cause}`.trim()) : error;
}
