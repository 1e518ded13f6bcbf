import { App, AppDefinition, Home, Route, reservedHosts, SSOClient } from '@hearth/domain';
import {
  type ConditionIntent,
  type Context,
  type Controller,
  EndpointSlice,
  type Immutable,
  indexed,
  type Key,
  keyOf,
  labelled,
  mapped,
  type Outcome,
  type Read,
  ready,
  Secret,
  type SecretObject,
  Stalled,
  specOf,
  stalled,
  waiting,
} from '@hearth/runtime';
import { certificateGauges } from '../certificate/gauges.ts';
import { Certificate } from '../certificate/kinds.ts';
import { authorityKey } from '../certificate/pair.ts';
import { appsByDefinition } from '../indexes.ts';
import { managedSelector } from '../names.ts';
import { dial, endpointOf, findProvider, type Provider } from '../provider.ts';
import { bind, certify, connect, isLed, markOf, release, withoutHost } from './carry-out.ts';
import { byService, routesOfSlice, serviceLabel, serviceOf, withoutPods } from './endpoints.ts';
import { gatewayKinds, gatewayOf } from './gateways.ts';
import { byHost, hostRefusalOf } from './host.ts';
import { guardOf, type Name, nameOf, nextTry, portSuffix } from './plan.ts';
import { probe } from './probe.ts';
import {
  asItsRoutesSeeIt,
  mustAskFirst,
  routesByClient,
  routesOfClient,
  signedOnRoutesOf,
  signOnAwaited,
  signOnOf,
  statusOf,
} from './sign-on.ts';

const byProvider = 'provider';

/** Leads a name under the home's domain to a Service, over HTTPS, by the gateway that the Route names. */
export const routeController: Controller<Route> = {
  name: 'route',
  kind: Route,
  // A pass may wait for a gateway that doesn't answer.
  workers: 8,
  owns: [
    { kind: Secret, selector: managedSelector },
    { kind: Certificate, optional: true },
    ...gatewayKinds.map((kind) => ({ kind, optional: true })),
  ],
  watches: [
    mapped(Home, everyRoute, { aspect: (home) => [specOf(home), home.status?.certificateAuthority] }),
    mapped(Route, rivalsOf, { aspect: (route) => [specOf(route), route.status?.host] }),
    mapped(App, routesOfApp, { aspect: specOf }),
    mapped(App, signedOnRoutesOf, { aspect: asItsRoutesSeeIt }),
    mapped(AppDefinition, routesOfDefinition, { aspect: specOf }),
    mapped(Secret, routesOfSecret, { selector: managedSelector }),
    mapped(SSOClient, routesOfClient),
    // Kubernetes gives them the labels of their Service.
    mapped(EndpointSlice, routesOfSlice, { selector: managedSelector }),
  ],
  indexes: [
    indexed(Route, byHost, ({ spec }) => [spec.host]),
    indexed(Route, byService, serviceOf),
    routesByClient,
    indexed(Route, byProvider, ({ spec }) => [`${spec.providerRef.namespace}/${spec.providerRef.name}`]),
    appsByDefinition,
    labelled(EndpointSlice, serviceLabel),
  ],
  gauges: certificateGauges,

  async reconcile(route, context) {
    const home = context.read.get(Home, { name: 'home' });
    if (home === undefined) {
      return waiting('HomeMissing', 'There is no Home, which says the domain: apply one; its name is home.');
    }
    const name = nameOf(route.spec.host, home.spec);
    const refusal = 'reason' in name ? name : hostRefusalOf(route, name.host, context.read);
    if (refusal !== undefined) {
      await release(route, context);
      return stalled(refusal.reason, refusal.message, { status: withoutHost, conditions: [] });
    }
    return serve(route, home, name as Name, context);
  },
};

/** Makes a route work whose host is its own. */
async function serve(route: Route, home: Home, name: Name, context: Context): Promise<Outcome> {
  const provider = findProvider(
    context.read,
    route.spec.providerRef,
    'Route',
    route.metadata.namespace ?? '',
  );
  const definition = provider.app.spec.definition;
  const gateway = gatewayOf(definition);
  if (gateway === undefined) throw new Stalled('NoAdapter', `Hearth can’t drive ${definition} as a gateway.`);
  const signOn = signOnOf(route, context.read);
  const guard = guardOf(route.spec, signOn);
  const renewIn = await certify(route, home, name, context);
  const binding = await bind(route, name, definition, context);
  const status = { ...name, ...binding, ...statusOf(signOn, route) };
  const held = mustAskFirst(signOn, route);
  if (held && !isLed(route, context.read)) {
    const message = `Nobody is let in before people can sign in. ${signOn?.awaits}`;
    return waiting(signOnAwaited, message, { status, conditions: guard.conditions });
  }
  // One that is open already, with sign-on or without, stays as it is until people are asked.
  if (!held) {
    const way = { gateway, provision: provider.provision, question: signOn?.question };
    await connect(route, name, guard, way, context);
  }
  const reachable = await knock(route, home, name, provider, context);
  const before = route.status?.conditions?.find(({ type }) => type === reachable.type);
  const again = nextTry(reachable.status, before, context.clock.now());
  return ready({
    status,
    conditions: [...guard.conditions, reachable],
    after: Math.min(again, renewIn ?? again),
  });
}

/** Tries whether a route can be reached, where something is there to answer. */
async function knock(
  route: Route,
  home: Home,
  { host }: Name,
  provider: Provider<'Route'>,
  { read, reach, signal }: Context,
): Promise<ConditionIntent> {
  const target = {
    dial: () => dial(endpointOf(provider), reach),
    host,
    hostHeader: `${host}${portSuffix(home.spec.httpsPort)}`,
    mark: markOf(route),
    authority: home.status?.certificateAuthority,
  };
  return withoutPods(route, read) ?? probe(target, signal);
}

function everyRoute(_: unknown, read: Read): readonly Key[] {
  return read.list(Route).map(keyOf);
}

/** Those that wait for the host, or lose it. */
function rivalsOf(route: Immutable<Route>, read: Read): readonly Key[] {
  const rivals = read.list(Route, { index: [byHost, route.spec.host] });
  return rivals.filter(({ metadata }) => metadata.uid !== route.metadata.uid).map(keyOf);
}

/** The routes that an App leads, and its own where what it is decides about their host. */
function routesOfApp(app: Immutable<App>, read: Read): readonly Key[] {
  const led = read.list(Route, { index: [byProvider, `${app.metadata.namespace}/${app.metadata.name}`] });
  const own = read.owned(Route, app).filter(({ spec }) => reservedHosts.includes(spec.host));
  return [...led, ...own].map(keyOf);
}

function routesOfDefinition({ metadata }: Immutable<AppDefinition>, read: Read): readonly Key[] {
  return read
    .list(App, { index: [appsByDefinition.name, metadata.name] })
    .flatMap((app) => routesOfApp(app, read));
}

/** All, where it is the authority's; and the one whose certificate cert-manager keeps in it. */
function routesOfSecret({ metadata }: Immutable<SecretObject>, read: Read): readonly Key[] {
  if (metadata.namespace === authorityKey.namespace && metadata.name === authorityKey.name) {
    return everyRoute(undefined, read);
  }
  const [, route] = /^(.+)-tls$/.exec(metadata.name) ?? [];
  return route === undefined ? [] : [{ namespace: metadata.namespace, name: route }];
}
