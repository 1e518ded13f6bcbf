import { App, AppDefinition, Home, Route } from '@hearth/domain';
import type { Resource, Secret } from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import { authorityKey, tlsSecret } from '../../certificate/pair.ts';
import { makeAuthority } from '../../certificate/sign.ts';
import { routeController } from '../controller.ts';
import type { IngressRoute, Middleware } from '../traefik/kinds.ts';

/** The domain of the home. */
export const domain = 'hearth.home.arpa';
/** When it is: the time of day, which OpenSSL goes by. */
export const start = new Date().toISOString();
/** The home’s authority. */
export const authority = await makeAuthority(domain, new Date(start));

const home = (spec: object = {}, certificateAuthority = authority.certificate) => ({
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain, httpsPort: 443, certificateIssuer: { type: 'LocalCA' }, ...spec },
  status: { observedGeneration: 1, certificateAuthority },
});
/** An App. */
export const app = (namespace: string, name: string, definition: string, spec: object = {}) => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { namespace, name, uid: `${namespace}-${name}` },
  spec: { definition, ...spec },
});
const traefikApp = app('hearth-providers', 'traefik', 'traefik', {
  external: { host: 'traefik.traefik.svc', ports: [{ name: 'https', port: 443 }] },
  share: { namespaces: ['*'] },
});
/** A definition that offers a Route. */
export const definition = (name: string) => ({
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name },
  spec: { provides: [{ kind: 'Route', name: 'default', port: 'https' }] },
});

/** What a Route is like, where it isn’t like others. */
export interface Wish {
  readonly namespace?: string;
  readonly made?: string;
  readonly owner?: Resource;
  readonly spec?: object;
}
/** A Route. */
export const route = (name: string, { namespace = 'home', made = start, owner, spec = {} }: Wish = {}) => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    creationTimestamp: made,
    ...(owner && {
      ownerReferences: [
        { ...owner, name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true },
      ],
    }),
  },
  spec: {
    providerRef: { namespace: 'hearth-providers', name: 'traefik' },
    host: 'rss',
    service: 'rss',
    port: 80,
    exposure: 'lan',
    ...spec,
  },
});

const nobody = async () => ({ host: '127.0.0.1', port: 9 });

/** A cluster with a home, its authority and a gateway that nobody answers for. */
export const cluster = (objects: readonly Resource[], reach = nobody) =>
  fakeContext({
    now: start,
    reach,
    indexes: routeController.indexes ?? [],
    objects: [home(), tlsSecret(authorityKey, authority), traefikApp, definition('traefik'), ...objects],
  });

/** One pass over a Route; what it throws, where it does. */
export async function reconcile(context: FakeContext, name = 'rss', namespace = 'home') {
  const object = context.read.get(Route, { namespace, name });
  if (object === undefined) throw new Error(`there is no Route ${namespace}/${name}`);
  try {
    return await routeController.reconcile(object as Route, context);
  } catch (error) {
    return error;
  }
}

/** What there is of a kind beside the Routes. */
export const names = (context: FakeContext, kind: typeof IngressRoute | typeof Middleware | typeof Secret) =>
  context.read
    .list<Resource>(kind, { namespace: 'home' })
    .map(({ metadata }) => metadata.name)
    .toSorted();
