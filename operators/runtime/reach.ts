import { createServer, type Server, type Socket } from 'node:net';
import type { ClusterConfig } from './cluster/cluster.ts';
import { isNotFound } from './cluster/errors.ts';
import type { Transport } from './cluster/transport.ts';
import { Service, type ServiceObject } from './kinds/core.ts';
import { EndpointSlice, type EndpointSliceObject } from './kinds/network.ts';
import { Waiting } from './outcome.ts';
import { type Key, keyText, resourcePath } from './resource.ts';

/** Where to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Where this process reaches a port of a Service: its name in the cluster, or the local end of a port-forward
 * outside of it. Ask again for each use: a forward moves when its pod is replaced.
 * @throws Waiting where the Service has no pod that is ready.
 */
export type Reach = (service: Key, port: number) => Promise<Address>;

/** A way to the Services of a cluster, and how to give it up. */
export interface Reaching {
  readonly reach: Reach;
  close(): Promise<void>;
}

/** Opens the way to Services: direct in the cluster, through the API server outside of it. */
export function createReach(cluster: ClusterConfig, transport: Pick<Transport, 'request'>): Reaching {
  if (cluster.inCluster) {
    return {
      reach: async ({ namespace, name }, port) => ({
        host: `${name}.${namespace ?? cluster.namespace}.svc`,
        port,
      }),
      close: async () => undefined,
    };
  }
  return createForwards(cluster, transport);
}

/** One listening socket for each port of a Service; each connection to it is carried to a pod of the moment. */
function createForwards(cluster: ClusterConfig, transport: Pick<Transport, 'request'>): Reaching {
  const forwards = new Map<string, Promise<Forward>>();
  return {
    async reach(service, port) {
      const namespace = service.namespace ?? cluster.namespace;
      // Whether there is a pod is found out here: a connection that is closed at once says nothing.
      await findTarget(transport, { namespace, name: service.name }, port);
      const id = `${namespace}/${service.name}:${port}`;
      const opening =
        forwards.get(id) ??
        openForward(cluster, () => findTarget(transport, { namespace, name: service.name }, port));
      forwards.set(id, opening);
      opening.catch(() => forwards.delete(id));
      return (await opening).address;
    },
    async close() {
      const open = await Promise.allSettled(forwards.values());
      forwards.clear();
      for (const forward of open) if (forward.status === 'fulfilled') forward.value.close();
    },
  };
}

interface Forward {
  readonly address: Address;
  close(): void;
}

/** A pod, and the port of it that a port of a Service leads to. */
interface Target {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

async function openForward(cluster: ClusterConfig, target: () => Promise<Target>): Promise<Forward> {
  const carry = await createCarrier(cluster);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    target()
      .then((where) => carry(where, socket))
      .catch(() => socket.destroy());
  });
  const port = await listenLocally(server);
  return {
    address: { host: '127.0.0.1', port },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listenLocally(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Whoever runs the operators from source must not be kept alive by a forward that nobody uses.
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
      else reject(new Error('the local end of the port-forward has no port'));
    });
  });
}

/** Carries a connection to a pod through the API server; client-node speaks that protocol, and is loaded only here. */
async function createCarrier(
  cluster: ClusterConfig,
): Promise<(target: Target, socket: Socket) => Promise<void>> {
  const { KubeConfig, PortForward } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (!cluster.kubeconfig) throw new Error('a port-forward needs a kubeconfig');
  config.loadFromFile(cluster.kubeconfig.path);
  config.setCurrentContext(cluster.kubeconfig.context);
  const forward = new PortForward(config);
  return async ({ namespace, pod, port }, socket) => {
    const carried = await forward.portForward(namespace, pod, [port], socket, null, socket);
    const stream = typeof carried === 'function' ? carried() : carried;
    stream?.addEventListener('close', () => socket.destroy());
    socket.on('close', () => stream?.close());
  };
}

/** Finds a pod behind a port of a Service, as kube-proxy would: by its endpoint slices. */
async function findTarget(
  transport: Pick<Transport, 'request'>,
  service: Key & { namespace: string },
  port: number,
): Promise<Target> {
  const name = await portName(transport, service, port);
  const { items } = await transport.request<{ readonly items: readonly EndpointSliceObject[] }>({
    method: 'GET',
    path: resourcePath(EndpointSlice, { namespace: service.namespace }),
    query: { labelSelector: `kubernetes.io/service-name=${service.name}` },
  });
  for (const slice of items) {
    const target = slice.ports?.find((candidate) => (candidate.name ?? '') === name)?.port;
    const endpoint = slice.endpoints?.find(
      ({ conditions, targetRef }) => conditions?.ready !== false && targetRef?.kind === 'Pod',
    );
    const pod = endpoint?.targetRef?.name;
    if (target !== undefined && pod !== undefined) return { namespace: service.namespace, pod, port: target };
  }
  throw new Waiting('NoEndpoints', `Service ${keyText(service)} has no ready pod behind port ${port}`);
}

async function portName(transport: Pick<Transport, 'request'>, service: Key, port: number): Promise<string> {
  try {
    const { spec } = await transport.request<ServiceObject>({
      method: 'GET',
      path: resourcePath(Service, service),
    });
    const found = spec?.ports?.find((candidate) => candidate.port === port);
    if (!found) throw new Waiting('NoSuchPort', `Service ${keyText(service)} has no port ${port}`);
    return found.name ?? '';
  } catch (error) {
    if (isNotFound(error)) throw new Waiting('NoService', `there is no Service ${keyText(service)}`);
    throw error;
  }
}
