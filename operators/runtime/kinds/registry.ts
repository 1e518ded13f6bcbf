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

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** Knows the built-in kinds and those given; asks the API server's discovery for any other, once. */
export function createKindFinder(known: Iterable<Kind>, transport: Pick<Transport, 'request'>): FindKind {
  const builtIn: Kind[] = [core, network, system, workloads].flatMap((module) => Object.values(module));
  const kinds = new Map<string, Kind>([...builtIn, ...known].map((kind) => [kindText(kind), kind]));
  return (object) => kinds.get(kindText(object)) ?? discover(object);

  async function discover({
    apiVersion,
    kind,
  }: {
    readonly apiVersion: string;
    readonly kind: string;
  }): Promise<Kind> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = await transport.request<ResourceList>({ method: 'GET', path });
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (!found) throw new Error(`the cluster serves no ${kind} in ${apiVersion}`);
    const result: Kind = { apiVersion, kind, plural: found.name, namespaced: found.namespaced };
    kinds.set(kindText(result), result);
    return result;
  }
}
