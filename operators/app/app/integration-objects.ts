import {
  type App,
  Connection,
  Database,
  type Home,
  type ProviderRef,
  type ResolvedBinding,
  Route,
  type Slot,
  SSOClient,
} from '@hearth/domain';
import { Stalled } from '@hearth/runtime';
import { childName, workloadName } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from '../workload/input.ts';

/** A binding that is bound to somebody. */
export type Bound = ResolvedBinding & { readonly provider: ProviderRef };

/** A resource that asks for what a slot needs. */
export type Integration = Database | Connection | Route | SSOClient;

type SlotOf<K extends Slot['kind']> = Extract<Slot, { kind: K }>;
type BoundTo<K extends Slot['kind']> = Bound & { readonly slot: SlotOf<K> };

/** The bindings that a provider was found for. */
export const boundOf = (bindings: readonly ResolvedBinding[]): Bound[] =>
  bindings.filter((binding): binding is Bound => binding.state === 'Bound' && binding.provider !== undefined);

/** In the order in which they need each other: people sign in by a Route. */
const order: readonly Slot['kind'][] = ['Database', 'Connection', 'Route', 'SSOClient'];

/**
 * The resources that ask for what the slots of an App need, those first that others name.
 * @throws Stalled where Hearth can't make one: a database of an engine that it can't drive, a route to no port.
 */
export function integrationObjects(input: AppInput, bindings: readonly ResolvedBinding[]): Integration[] {
  const bound = boundOf(bindings);
  return order.flatMap((kind) =>
    bound.filter(({ slot }) => slot.kind === kind).flatMap((each) => objectOf(input, each, bound) ?? []),
  );
}

function objectOf(input: AppInput, bound: Bound, all: readonly Bound[]): Integration | undefined {
  const { slot, provider } = bound;
  const metadata = {
    namespace: namespaceOf(input.app),
    name: childName(input.app.metadata.name, slot.name),
    labels: appLabels(input.app),
  };
  switch (slot.kind) {
    case 'Database':
      return { ...named(Database), metadata, spec: databaseSpec(input, provider, slot) };
    case 'Connection':
      return { ...named(Connection), metadata, spec: { providerRef: provider, role: slot.role } };
    case 'Route':
      return { ...named(Route), metadata, spec: routeSpec(input, provider, slot, all) };
    case 'SSOClient': {
      const spec = signOnSpec(input, provider, slot, all);
      return spec && { ...named(SSOClient), metadata, spec };
    }
    default:
      throw new Error(`slot ${slot.name}: ${slot.kind} is resolved, but nothing makes it`);
  }
}

const named = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) => ({
  apiVersion,
  kind,
});

function databaseSpec(
  { app }: AppInput,
  providerRef: ProviderRef,
  { name, needs }: SlotOf<'Database'>,
): Database['spec'] {
  const engine = needs?.engine ?? 'postgresql';
  if (engine !== 'postgresql') {
    const message = `Slot ${name} needs a Database of ${engine}, and Hearth can make those of postgresql only.`;
    throw new Stalled('NoAdapter', message);
  }
  return {
    engine,
    providerRef,
    owner: app.spec.definition,
    deletion: app.spec.deletion,
    ...(needs?.extensions ? { extensions: needs.extensions } : {}),
  };
}

function routeSpec(
  { app, home, definition }: AppInput,
  providerRef: ProviderRef,
  slot: SlotOf<'Route'>,
  all: readonly Bound[],
): Route['spec'] {
  const workloads = definition.spec.workloads ?? [];
  const index = slot.workload === undefined ? 0 : workloads.findIndex(({ name }) => name === slot.workload);
  const workload = workloads[index];
  const port = workload?.ports?.find(({ name }) => name === slot.port)?.port;
  if (workload === undefined || port === undefined) {
    const at = `AppDefinition ${definition.metadata.name}: route ${slot.name}`;
    throw new Stalled('NoPort', `${at} leads to port ${slot.port}, which no workload of it has.`);
  }
  const guard = guardOf(all);
  return {
    providerRef,
    host: hostOf(app),
    service: workloadName(app.metadata.name, workload.name, index),
    port,
    exposure: exposureOf(app, home),
    ...(app.spec.access ? { access: app.spec.access } : {}),
    ...(guard ? { signOn: { client: childName(app.metadata.name, guard.slot.name) } } : {}),
  };
}

/** The slot by which people sign in before they reach the app, or at its door: not one for its own form. */
function guardOf(all: readonly Bound[]): Bound | undefined {
  const bySignOn = (strategy: string) =>
    all.find(({ slot }) => slot.kind === 'SSOClient' && slot.strategy === strategy);
  return bySignOn('forward-auth') ?? bySignOn('oidc');
}

/** Undefined where people would have no address at which to sign in. */
function signOnSpec(
  { app, definition }: AppInput,
  providerRef: ProviderRef,
  { strategy, redirects, signOut, pkce, open }: SlotOf<'SSOClient'>,
  all: readonly Bound[],
): SSOClient['spec'] | undefined {
  const route = routeOf(app, all);
  if (route === undefined && strategy !== 'ldap') return undefined;
  return {
    providerRef,
    strategy,
    title: definition.spec.title,
    ...(route ? { route } : {}),
    ...(redirects ? { redirects } : {}),
    ...(signOut ? { signOut } : {}),
    ...(pkce ? { pkce } : {}),
    ...(open ? { open } : {}),
    ...(app.spec.access ? { access: app.spec.access } : {}),
  };
}

/** The name of the Route by which people reach an App. */
export function routeOf(app: App, all: readonly ResolvedBinding[]): string | undefined {
  const route = boundOf(all).find((bound): bound is BoundTo<'Route'> => bound.slot.kind === 'Route');
  return route && childName(app.metadata.name, route.slot.name);
}

/** The name of an App under the home's domain. */
const hostOf = (app: App): string => app.spec.host ?? app.metadata.name;

const exposureOf = (app: App, home: Home | undefined) => app.spec.exposure ?? home?.spec.exposure ?? 'lan';
