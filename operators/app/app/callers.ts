import { type ProviderRef, requiredBy } from '@hearth/domain';
import type { Read } from '@hearth/runtime';
import { endpointOf, findProvider } from '../provider.ts';
import { namespaceOf } from '../workload/input.ts';
import type { Callers } from '../workload/network-policy.ts';
import type { Scene } from './scene.ts';

/** Who calls an App: the gateway of its route, and those that use what it provides. */
export function callersOf(
  { app, installed }: Pick<Scene, 'app' | 'installed'>,
  gateway: ProviderRef | undefined,
  read: Read,
): Callers {
  const consumers = requiredBy({ namespace: namespaceOf(app), name: app.metadata.name }, installed);
  if (gateway === undefined) return { consumers };
  const { service } = endpointOf(findProvider(read, gateway, 'Route', namespaceOf(app)));
  return { consumers, gateway: service?.namespace };
}
