import { parseQuantity } from './quantity.ts';
import type { NodeFacts } from './resolution.ts';

/** A Node (core/v1), as far as it counts here. */
interface Machine {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly nodeInfo?: { readonly architecture: string };
    readonly allocatable?: { readonly [resource: string]: string };
  };
}

/** A Pod (core/v1), as far as it counts here. */
interface PodRequests {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly resources?: { readonly requests?: { readonly [resource: string]: string } };
    }[];
  };
}

/** What machines have left, at a cost that doesn't grow with the number of pods. */
export interface Machines {
  /** The Node of that name is like this now; undefined: it is gone. */
  putNode(name: string, node: Machine | undefined): void;
  /** A Pod was and is like this; undefined: it wasn't there, or is gone. */
  putPod(before: PodRequests | undefined, after: PodRequests | undefined): void;
  facts(): readonly NodeFacts[];
}

/** Whole numbers, so that what is added and taken away again leaves nothing: thousandths of a core, and bytes. */
interface Amount {
  readonly milliCpu: number;
  readonly memory: number;
}

const none: Amount = { milliCpu: 0, memory: 0 };

/** No machines. Pods may be told of before their machine is. */
export function createMachines(): Machines {
  const nodes = new Map<string, Machine>();
  const asked = new Map<string, Amount>();
  const count = (pod: PodRequests | undefined, sign: 1 | -1) => {
    const node = pod?.spec?.nodeName;
    if (pod === undefined || node === undefined) return;
    const [sum, own] = [asked.get(node) ?? none, requestsOf(pod)];
    asked.set(node, {
      milliCpu: sum.milliCpu + sign * own.milliCpu,
      memory: sum.memory + sign * own.memory,
    });
  };
  return {
    putNode(name, node) {
      if (node === undefined) nodes.delete(name);
      else nodes.set(name, node);
    },
    putPod(before, after) {
      count(before, -1);
      count(after, 1);
    },
    facts: () => Array.from(nodes.values(), (node) => factsOf(node, asked.get(node.metadata.name) ?? none)),
  };
}

/**
 * What each machine has left: what it can give, less what the suite's own pods ask for. Other pods are not
 * kept in memory; a plan's figures are for people, the scheduler decides.
 */
export function nodeFacts(nodes: readonly Machine[], pods: readonly PodRequests[]): readonly NodeFacts[] {
  const machines = createMachines();
  for (const node of nodes) machines.putNode(node.metadata.name, node);
  for (const pod of pods) machines.putPod(undefined, pod);
  return machines.facts();
}

function factsOf({ metadata, status }: Machine, asked: Amount): NodeFacts {
  const given = amountOf(status?.allocatable);
  return {
    name: metadata.name,
    arch: status?.nodeInfo?.architecture ?? '',
    free: { cpu: (given.milliCpu - asked.milliCpu) / 1000, memory: given.memory - asked.memory },
  };
}

function requestsOf({ spec }: PodRequests): Amount {
  return (spec?.containers ?? [])
    .map(({ resources }) => amountOf(resources?.requests))
    .reduce((a, b) => ({ milliCpu: a.milliCpu + b.milliCpu, memory: a.memory + b.memory }), none);
}

const amountOf = (resources: { readonly [resource: string]: string } = {}): Amount => ({
  // A quantity that can't be read would spoil every sum for ever.
  milliCpu: Math.round(parseQuantity(resources.cpu ?? '0') * 1000) || 0,
  memory: Math.round(parseQuantity(resources.memory ?? '0')) || 0,
});
