import type { Kubectl } from '../kubectl.ts';

/** What is read of the Service that leads machines to NIO, and of the nodes. */
export interface EnrolmentService {
  readonly spec: {
    readonly ports?: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}
export interface ClusterNode {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/**
 * Where machines reach NIO from outside of the cluster: at the address that the Service was given, or at a node’s own;
 * undefined where nothing leads in.
 */
export function enrolmentUrl(service: EnrolmentService, nodes: readonly ClusterNode[]): string | undefined {
  const [port] = service.spec.ports ?? [];
  const [given] = service.status?.loadBalancer?.ingress ?? [];
  const host = given?.ip ?? given?.hostname;
  if (port === undefined) return undefined;
  if (host !== undefined) return urlOf(host, port.port);
  const addresses = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const node = addresses.find(({ type }) => type === 'InternalIP');
  return node && port.nodePort !== undefined ? urlOf(node.address, port.nodePort) : undefined;
}

const urlOf = (host: string, port: number): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Asks the cluster for it; undefined where NIO is not installed there. */
export async function enrolmentUrlOf(kubectl: Kubectl): Promise<string | undefined> {
  const where = ['hearth-enrolment', '--namespace', 'hearth-system', '--ignore-not-found'];
  const service = await kubectl(['get', 'service', ...where, '-o', 'json']);
  if (service === '') return undefined;
  const nodes: { readonly items: readonly ClusterNode[] } = JSON.parse(
    await kubectl(['get', 'nodes', '-o', 'json']),
  );
  return enrolmentUrl(JSON.parse(service), nodes.items);
}
