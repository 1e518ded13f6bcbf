import { App, type ProviderRef, requiredBy } from '@hearth/domain';
import { controllerOf, type Read } from '@hearth/runtime';
import { inCluster } from '../external-address.ts';
import { namespaceOf } from '../workload/input.ts';
import type { Callers } from '../workload/network-policy.ts';
import { databasesIn } from './keepers.ts';
import type { Scene } from './scene.ts';

/** Who calls an App: the gateway of its route, and those that use what it provides. */
export function callersOf(
  { app, installed }: Pick<Scene, 'app' | 'installed'>,
  gateway: ProviderRef | undefined,
  read: Read,
): Callers {
  const consumers = requiredBy({ namespace: namespaceOf(app), name: app.metadata.name }, installed);
  // Whoever made a Database by hand uses it from pods that nobody can tell from others of their namespace.
  const databases = databasesIn(app, consumers, read).filter(
    (database) => controllerOf(database)?.kind !== App.kind,
  );
  const namespaces = [...new Set(databases.map(({ metadata }) => metadata.namespace ?? ''))].toSorted();
  return { consumers, namespaces, gateway: gateway && namespaceOfGateway(gateway, read) };
}

/** Where a gateway calls from: its own pods, or those behind the Service that an external one is. */
function namespaceOfGateway(ref: ProviderRef, read: Read): string | undefined {
  const app = read.get(App, ref);
  return app?.spec.external ? inCluster(app.spec.external.host)?.namespace : app?.metadata.namespace;
}
