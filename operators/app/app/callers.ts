import {
  App,
  type AppDefinition,
  Connection,
  mayServe,
  type ProviderRef,
  requiredBy,
  SSOClient,
} from '@hearth/domain';
import { controllerOf, keyOf, keyText, type Read } from '@hearth/runtime';
import { inCluster } from '../external-address.ts';
import { connectionsByProvider } from '../indexes.ts';
import { namespaceOf } from '../workload/input.ts';
import type { Callers, Port } from '../workload/network-policy.ts';
import { databasesIn } from './keepers.ts';
import type { Scene } from './scene.ts';

/** Who calls an App: the gateway of its route, and those that use what it provides and dial it themselves. */
export function callersOf(
  scene: Pick<Scene, 'app' | 'installed' | 'catalogue' | 'definition'>,
  gateway: ProviderRef | undefined,
  read: Read,
): Callers {
  const { app, installed, definition } = scene;
  const users = requiredBy({ namespace: namespaceOf(app), name: app.metadata.name }, installed);
  return {
    consumers: users.filter((user) => isDialledBy(scene, user)),
    namespaces: namespacesOf(scene, users, read),
    gateway: gateway && namespaceOfGateway(gateway, read),
    ports: openPorts(definition),
  };
}

/** Whether an App's pods call those of the provider. Where people sign in, apps call as browsers do: by the gateway. */
function isDialledBy(
  { app, installed, catalogue }: Parameters<typeof callersOf>[0],
  user: ProviderRef,
): boolean {
  const consumer = installed.apps.get(keyText(user));
  const slots = consumer && catalogue.get(consumer.spec.definition)?.spec.integrations;
  const joined = [...(consumer?.status?.bindings ?? []), ...(consumer?.spec.integrations ?? [])].filter(
    ({ providerRef }) => providerRef !== undefined && keyText(providerRef) === keyText(keyOf(app)),
  );
  return joined.some(({ name }) => {
    const slot = slots?.find((each) => each.name === name);
    return slot?.kind !== 'SSOClient' || slot.strategy === 'ldap';
  });
}

/**
 * The namespaces in which somebody made by hand what dials the App: it is used from pods that nobody can tell from
 * others of their namespace.
 */
function namespacesOf(
  { app }: Pick<Scene, 'app'>,
  users: readonly ProviderRef[],
  read: Read,
): readonly string[] {
  const provider = keyText(keyOf(app));
  const connections = read.list(Connection, { index: [connectionsByProvider.name, provider] });
  const clients = read
    .list(SSOClient)
    .filter(({ spec }) => spec.strategy === 'ldap' && keyText(spec.providerRef) === provider);
  const given = [...connections, ...clients].filter(
    ({ metadata, status }) => status?.bindingHash !== undefined && mayServe(app, metadata.namespace ?? ''),
  );
  const byHand = [...databasesIn(app, users, read), ...given].filter(
    (made) => controllerOf(made)?.kind !== App.kind,
  );
  return [...new Set(byHand.map(({ metadata }) => metadata.namespace ?? ''))].toSorted();
}

/** The ports of an App but those by which only Hearth manages it; undefined where there is none of these. */
function openPorts(definition: AppDefinition | undefined): readonly Port[] | undefined {
  const { workloads = [], provides = [], integrations = [] } = definition?.spec ?? {};
  const reached = new Set(integrations.flatMap((slot) => (slot.kind === 'Route' ? [slot.port] : [])));
  const ownApi = provides.filter((offer) => offer.kind === 'SSOClient' && offer.api === 'hearth');
  const closed = ownApi.flatMap(({ port }) => (port !== undefined && !reached.has(port) ? [port] : []));
  if (closed.length === 0) return undefined;
  return workloads.flatMap(({ ports = [] }) =>
    ports
      .filter(({ name }) => !closed.includes(name))
      .map(({ port, protocol }) => ({
        port,
        protocol: protocol === 'UDP' ? ('UDP' as const) : ('TCP' as const),
      })),
  );
}

/** Where a gateway calls from: its own pods, or those behind the Service that an external one is. */
function namespaceOfGateway(ref: ProviderRef, read: Read): string | undefined {
  const app = read.get(App, ref);
  return app?.spec.external ? inCluster(app.spec.external.host)?.namespace : app?.metadata.namespace;
}
