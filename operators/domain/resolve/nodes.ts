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

/**
 * What each machine has left: what it can give, less what the suite's own pods ask for. Other pods are not
 * kept in memory; a plan's figures are for people, the scheduler decides.
 */
export function nodeFacts(nodes: readonly Machine[], pods: readonly PodRequests[]): NodeFacts[] {
  return nodes.map(({ metadata, status }) => {
    const asked = pods
      .filter(({ spec }) => spec?.nodeName === metadata.name)
      .flatMap(({ spec }) => spec?.containers ?? []);
    const left = (resource: 'cpu' | 'memory') =>
      asked.reduce(
        (rest, { resources }) => rest - parseQuantity(resources?.requests?.[resource] ?? '0'),
        parseQuantity(status?.allocatable?.[resource] ?? '0'),
      );
    return {
      name: metadata.name,
      arch: status?.nodeInfo?.architecture ?? '',
      free: { cpu: left('cpu'), memory: left('memory') },
    };
  });
}
