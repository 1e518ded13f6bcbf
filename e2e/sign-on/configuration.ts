import type { App, AppDefinition, SSOClient } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import type { Provider } from '../../operators/app/provider.ts';
import type { Passage } from '../../operators/app/route/gateway.ts';
import { traefik } from '../../operators/app/route/traefik/gateway.ts';
import type { IngressRouteObject } from '../../operators/app/route/traefik/kinds.ts';
import { forwardAuthOf } from '../../operators/app/sso/middleware.ts';
import { middlewareNameOf } from '../../operators/app/sso/names.ts';
import { catalogue } from '../app/home.ts';
import type { DynamicConfiguration } from '../harness/traefik.ts';

/** A route of the tests: a host, and the port of this machine that its Service would lead to. */
export interface TestRoute {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Of a route with sign-on: beginnings of paths that are let through without. */
  readonly open?: readonly string[];
}

/**
 * What the App operator would make of routes with sign-on, for Traefik's file provider: the very objects, only that
 * Services are ports of this machine.
 */
export async function configurationOf(
  routes: readonly TestRoute[],
  identityPort: number,
): Promise<DynamicConfiguration> {
  const provider = await identityProvider();
  const objects = routes.flatMap((route) => [
    ...traefik.objects(passageOf(route), { kind: 'Route', name: 'default' }),
    ...(route.open ? [asking(route, provider, identityPort)] : []),
  ]);
  const routers = objects.filter(({ kind }) => kind === 'IngressRoute') as IngressRouteObject[];
  return {
    http: {
      routers: Object.fromEntries(
        routers.flatMap(({ metadata, spec }) =>
          spec.routes.map(({ match, middlewares }, index) => [
            `${metadata.name}-${index}`,
            {
              rule: match,
              entryPoints: spec.entryPoints,
              middlewares: middlewares.map(({ name }) => name),
              service: metadata.name,
              tls: {},
            },
          ]),
        ),
      ),
      middlewares: Object.fromEntries(
        objects
          .filter(({ kind }) => kind === 'Middleware')
          .map(({ metadata, spec }: Resource & { readonly spec?: object }) => [metadata.name, spec ?? {}]),
      ),
      services: Object.fromEntries(
        routes.map(({ name, port }) => [
          name,
          { loadBalancer: { servers: [{ url: `http://127.0.0.1:${port}` }] } },
        ]),
      ),
    },
  };
}

const passageOf = ({ name, host, open }: TestRoute): Passage => ({
  namespace: 'home',
  name,
  host,
  service: name,
  port: 80,
  tlsSecret: `${name}-tls`,
  homeNetworkOnly: true,
  mark: `uid-of-${name}`,
  signOn: open && { middleware: middlewareNameOf(`${name}-sso`), open },
});

/** The Middleware that asks identity, which is on this machine. */
function asking({ name }: TestRoute, provider: Provider<'SSOClient'>, identityPort: number): Resource {
  const client: SSOClient = {
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'SSOClient',
    metadata: { namespace: 'home', name: `${name}-sso` },
    spec: { providerRef: provider.ref, strategy: 'forward-auth', route: name },
  };
  const object = forwardAuthOf(client, `home-${name}`, provider);
  const { forwardAuth } = object.spec;
  const { pathname, search } = new URL(forwardAuth.address);
  const address = `http://127.0.0.1:${identityPort}${pathname}${search}`;
  const spec = { forwardAuth: { ...forwardAuth, address } };
  return { ...object, spec } as Resource;
}

/** Identity, as the catalogue has it. */
async function identityProvider(): Promise<Provider<'SSOClient'>> {
  const found = (await catalogue()).find(({ metadata }) => metadata.name === 'identity');
  const definition = found as AppDefinition | undefined;
  const provision = definition?.spec.provides?.find(({ kind }) => kind === 'SSOClient');
  if (definition === undefined || provision?.kind !== 'SSOClient')
    throw new Error('the catalogue has no identity');
  const ref = { namespace: 'hearth-providers', name: 'identity' };
  const app = { metadata: ref, spec: { definition: 'identity' } } as App;
  return { ref, app, definition, provision };
}
