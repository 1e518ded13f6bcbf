import { App, AppDefinition, Home, Route, type SSOClient } from '@hearth/domain';
import { controllerOf, type Immutable, type Read, Stalled, Waiting } from '@hearth/runtime';
import { clientIdOf } from './names.ts';
import type { Claim } from './provider.ts';

/** A longer picture is left out: providers refuse it. */
const longestIcon = 65_536;

/**
 * What an SSOClient asks of its provider.
 * @throws Waiting where there is no Home, by whose id everything is marked, or its Route has no address yet; Stalled
 * where the addresses can't be.
 */
export function claimOf(client: Immutable<SSOClient>, read: Read): Claim {
  const { namespace = '' } = client.metadata;
  const { strategy, route, redirects = [], signOut, open = [], access } = client.spec;
  const bare = bareClaimOf(client, homeIdOf(read));
  const url = route === undefined ? undefined : urlOf({ namespace, name: route }, read);
  const isOidc = strategy === 'oidc' && url !== undefined;
  return {
    ...bare,
    icon: iconOf(client, read),
    url,
    redirectUris: isOidc ? redirects.map((path) => uriOn(url, path)).toSorted() : [],
    postLogoutRedirectUris: isOidc ? [url, `${url}/`] : [],
    signOutUri: isOidc && signOut !== undefined ? uriOn(url, signOut) : undefined,
    open: strategy === 'forward-auth' ? open.toSorted() : [],
    groups: (access?.groups ?? []).toSorted(),
  };
}

/** As much of the claim as says which client is meant, and whose it is. */
export function bareClaimOf({ metadata, spec }: Immutable<SSOClient>, home: string): Claim {
  const { namespace = '', name } = metadata;
  return {
    id: clientIdOf(namespace, name),
    mark: { home, namespace, name },
    strategy: spec.strategy,
    title: spec.title || name,
    pkce: spec.pkce ?? 'required',
    redirectUris: [],
    postLogoutRedirectUris: [],
    open: [],
    groups: [],
  };
}

/**
 * The id by which everything of the home is marked.
 * @throws Waiting where there is no Home.
 */
export function homeIdOf(read: Read): string {
  const home = read.get(Home, { name: 'home' });
  const id = home?.spec.id ?? home?.metadata.uid;
  if (id !== undefined) return id;
  throw new Waiting('HomeMissing', 'There is no Home, by which clients are marked: apply one named home.');
}

function urlOf(key: { namespace: string; name: string }, read: Read): string {
  const found = read.get(Route, key);
  const url = found?.status?.url;
  if (url !== undefined) return url;
  const text = `Route ${key.namespace}/${key.name}, by which people reach the app,`;
  if (found === undefined) throw new Waiting('RouteMissing', `${text} is not there.`);
  const stalled = found.status?.conditions?.find(
    ({ type, status }) => type === 'Stalled' && status === 'True',
  );
  if (stalled) throw new Stalled('RouteStalled', `${text} has no address: ${stalled.message}`);
  throw new Waiting('RouteNotReady', `${text} has no address yet.`);
}

/**
 * The URI of a path on the route, exactly as it will be compared. Whatever a provider might read as a pattern, or as
 * another host, is refused: people would be sent there with a code that lets them in.
 */
function uriOn(url: string, path: string): string {
  const uri = `${url}${path}`;
  if (/[*#\\]/.test(path) || !URL.canParse(uri) || new URL(uri).origin !== new URL(url).origin) {
    const message = `${path} is no path on ${url} to which people could be sent: it must be one plain path, without * or #.`;
    throw new Stalled('RedirectRefused', message);
  }
  return uri;
}

/** The picture of the App whose slot it is, by its definition. */
function iconOf(client: Immutable<SSOClient>, read: Read): string | undefined {
  const owner = controllerOf(client);
  if (owner?.kind !== App.kind) return undefined;
  const app = read.get(App, { namespace: client.metadata.namespace, name: owner.name });
  const definition = app && read.get(AppDefinition, { name: app.spec.definition });
  const icon = definition?.spec.icon;
  return icon !== undefined && icon.length <= longestIcon ? icon : undefined;
}
