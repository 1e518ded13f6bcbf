import type { Transport } from '../cluster/transport.ts';
import { type Kind, kindText } from '../resource.ts';
import * as core from './core.ts';
import * as network from './network.ts';
import * as system from './system.ts';
import * as workloads from './workloads.ts';

/** Where an object of a kind is served, from what stands in the object. */
export type FindKind = (object: {
  readonly apiVersion: string;
  readonly kind: string;
}) => Kind | Promise<Kind>;

/** What the API server serves under one name: `PLURAL`, or `PLURAL/SUBRESOURCE`. */
interface Served {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What the API server serves of a group version, by its discovery. */
export async function discover(
  transport: Pick<Transport, 'request'>,
  apiVersion: string,
): Promise<readonly Served[]> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await transport.request<{ readonly resources: readonly Served[] }>({
    method: 'GET',
    path,
  });
  return resources;
}

/** Knows the built-in kinds and those given; asks the API server's discovery for any other, once. */
export function createKindFinder(known: Iterable<Kind>, transport: Pick<Transport, 'request'>): FindKind {
  const builtIn: Kind[] = [core, network, system, workloads].flatMap((module) => Object.values(module));
  const kinds = new Map<string, Kind>([...builtIn, ...known].map((kind) => [kindText(kind), kind]));
  const find = async ({ apiVersion, kind }: Parameters<FindKind>[0]): Promise<Kind> => {
    const resources = await discover(transport, apiVersion);
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (!found) throw new Error(`the cluster serves no ${kind} in ${apiVersion}`);
    const result: Kind = { apiVersion, kind, plural: found.name, namespaced: found.namespaced };
    kinds.set(kindText(result), result);
    return result;
  };
  return (object) => kinds.get(kindText(object)) ?? find(object);
}
