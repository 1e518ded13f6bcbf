import type { CoreApi } from '@goauthentik/api/dist/apis/CoreApi.js';
import type { CryptoApi } from '@goauthentik/api/dist/apis/CryptoApi.js';
import type { FlowsApi } from '@goauthentik/api/dist/apis/FlowsApi.js';
import type { PoliciesApi } from '@goauthentik/api/dist/apis/PoliciesApi.js';
import type { PropertymappingsApi } from '@goauthentik/api/dist/apis/PropertymappingsApi.js';
import type { ProvidersApi } from '@goauthentik/api/dist/apis/ProvidersApi.js';
import { Stalled, Waiting } from '@hearth/runtime';
import { adminCredentials, dial, type Endpoint, endpointOf } from '../../provider.ts';
import { type Doing, refused, unanswered } from '../explain.ts';
import type { OpenProvider } from '../provider.ts';

/** How long Authentik may take to answer, in milliseconds. */
const patience = 15_000;

/** The parts of Authentik's API that are used. */
export interface Api {
  readonly core: CoreApi;
  readonly providers: ProvidersApi;
  readonly policies: PoliciesApi;
  readonly flows: FlowsApi;
  readonly crypto: CryptoApi;
  readonly mappings: PropertymappingsApi;
}

/** The session of one pass. */
export interface Session {
  /** Does `work`; what fails is told in words, but for the end of the process, which is nobody's fault. */
  ask<T>(what: string, work: (api: Api) => Promise<T>): Promise<T>;
  /** The same, of work that changes something. */
  change<T>(what: string, work: (api: Api) => Promise<T>): Promise<T>;
}

/** Opens a session; the library is loaded when something is first asked. The admin's password is an API token. */
export function openSession(
  provider: Parameters<OpenProvider>[0],
  { read, reach, signal, requireLead }: Parameters<OpenProvider>[1],
): Session {
  const name = `App ${provider.ref.namespace}/${provider.ref.name}`;
  const open = async (): Promise<Api> => {
    const endpoint = endpointOf(provider);
    const { password } = await adminCredentials(provider, read);
    const basePath = basePathOf(endpoint, await dial(endpoint, reach));
    return loadApi(basePath, password);
  };
  const ask: Session['ask'] = async (what, work) => {
    try {
      return await work(await open());
    } catch (error) {
      signal.throwIfAborted();
      throw await explain(error, { provider: name, what });
    }
  };
  return {
    ask,
    change: (what, work) =>
      ask(what, async (api) => {
        // Whoever leads now works on the same clients and people.
        requireLead();
        return work(api);
      }),
  };
}

/** Only these of its parts: the whole package takes 40 MB of memory, these 23. */
async function loadApi(basePath: string, accessToken: string): Promise<Api> {
  const [{ Configuration }, core, providers, policies, flows, crypto, mappings] = await Promise.all([
    import('@goauthentik/api/dist/runtime.js'),
    import('@goauthentik/api/dist/apis/CoreApi.js'),
    import('@goauthentik/api/dist/apis/ProvidersApi.js'),
    import('@goauthentik/api/dist/apis/PoliciesApi.js'),
    import('@goauthentik/api/dist/apis/FlowsApi.js'),
    import('@goauthentik/api/dist/apis/CryptoApi.js'),
    import('@goauthentik/api/dist/apis/PropertymappingsApi.js'),
  ]);
  const configuration = new Configuration({
    basePath,
    accessToken,
    fetchApi: (...[input, init]: Parameters<typeof fetch>) =>
      fetch(input, {
        ...init,
        // An answer that leads elsewhere would take the token along.
        redirect: 'error',
        signal: AbortSignal.timeout(patience),
      }),
  });
  return {
    core: new core.CoreApi(configuration),
    providers: new providers.ProvidersApi(configuration),
    policies: new policies.PoliciesApi(configuration),
    flows: new flows.FlowsApi(configuration),
    crypto: new crypto.CryptoApi(configuration),
    mappings: new mappings.PropertymappingsApi(configuration),
  };
}

/** Where its API is: over TLS on the ports that are known for it. */
function basePathOf(
  endpoint: Endpoint,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  const scheme = endpoint.port === 443 || endpoint.port === 9443 ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/api/v3`;
}

/** What is asked for; undefined where Authentik answers that it is not there. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (responseOf(error)?.status === 404) return undefined;
    throw error;
  }
}

/** The class itself is in the package that is loaded late. */
const responseOf = (error: unknown): Response | undefined =>
  error instanceof Error && 'response' in error && error.response instanceof Response
    ? error.response
    : undefined;

async function explain(error: unknown, doing: Doing): Promise<unknown> {
  if (error instanceof Waiting || error instanceof Stalled) return error;
  const response = responseOf(error);
  if (response) return refused(doing, response.status, complaintIn(await response.text().catch(() => '')));
  if (!(error instanceof Error)) return error;
  if (error.name !== 'FetchError') return error;
  const cause = error.cause instanceof Error ? error.cause : undefined;
  if (cause?.name === 'TimeoutError') return unanswered(doing, `says nothing for ${patience / 1000} s`);
  return unanswered(doing, 'breaks off');
}

/** The names of the fields that it complains of: its sentences may quote what was sent. */
function complaintIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? `about ${Object.keys(body).join(', ')}` : '';
  } catch {
    return '';
  }
}
