import { App, Plan } from '@hearth/domain';
import {
  Deployment,
  type Kind,
  NetworkPolicy,
  type Resource,
  resourcePath,
  Secret,
  Service,
  ServiceAccount,
  type Transport,
} from '@hearth/runtime';

/** What the suite writes for an App. */
const kinds: readonly Kind[] = [App, Plan, Deployment, Service, ServiceAccount, NetworkPolicy, Secret];

/** The version of each object of the home that belongs to one of these Apps, by kind and name. */
export async function versionsOf(
  transport: Transport,
  apps: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const kind of kinds) {
    for (const { metadata } of await listAll(transport, kind)) {
      const owner = metadata.labels?.['app.kubernetes.io/instance'] ?? metadata.name;
      if (apps.has(owner)) versions.set(`${kind.kind}/${metadata.name}`, metadata.resourceVersion ?? '');
    }
  }
  return versions;
}

/** What was written, came or went between two times. */
export const changesBetween = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] => [
  ...[...before].flatMap(([name, version]) => (after.get(name) === version ? [] : [name])),
  ...[...after.keys()].filter((name) => !before.has(name)),
];

/** All objects of a kind in the home. */
export async function listAll(transport: Transport, kind: Kind): Promise<readonly Resource[]> {
  const path = resourcePath(kind, { namespace: 'home' });
  const { items } = await transport.request<{ readonly items: readonly Resource[] }>({ method: 'GET', path });
  return items;
}
