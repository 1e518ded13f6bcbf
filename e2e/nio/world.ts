import { Machine, type MachineFacts } from '@hearth/domain';
import {
  type ClusterConfig,
  createManager,
  createTransport,
  type Immutable,
  type Kind,
  keyOf,
  loadCluster,
  type Resource,
  resourcePath,
  type Transport,
} from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { policies } from '../../operators/nio/admission.ts';
import { type EnrolmentEndpoint, nioControllers, startEnrolment } from '../../operators/nio/index.ts';
import { machinesNamespace as namespace } from '../../operators/nio/names.ts';
import { rolesOf } from '../app/rights.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';

const suite = 'hearth-system';

/** A real API with NIO at work in it, with the rights and the policies that the chart gives, and no more. */
export interface World {
  readonly plane: ControlPlane;
  readonly kubectl: Kubectl;
  /** An administrator's. */
  readonly admin: Transport;
  readonly cluster: ClusterConfig;
  readonly endpoint: EnrolmentEndpoint;
  machine(name: string): Promise<Immutable<Machine>>;
  get<T extends Resource>(kind: Kind<T>, name: string): Promise<T>;
  create<T extends Resource>(kind: Kind<T>, object: T): Promise<T>;
  /** A merge patch by an administrator. */
  patch(name: string, patch: object): Promise<unknown>;
  /** Another endpoint over the same cluster, as of a second replica. */
  anotherEndpoint(): Promise<EnrolmentEndpoint>;
  close(): Promise<void>;
}

/** Opens one. */
export async function openWorld({ mostWaiting = 100 } = {}): Promise<World> {
  const plane = await startControlPlane({
    apiServerFlags: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
  });
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  await install(kubectl);
  const operator = await plane.kubeconfigFor(`system:serviceaccount:${suite}:hearth-operators`, [
    'system:serviceaccounts',
  ]);
  const cluster = await loadCluster({ kubeconfig: operator });
  const admin = createTransport(await loadCluster({ kubeconfig: plane.kubeconfig }));
  const manager = createManager({
    cluster,
    controllers: nioControllers({ namespace: suite }),
    identity: 'test',
    lease: { namespace: suite, name: 'hearth-nio' },
    leaderElect: false,
    log: silentLog,
    freeze: true,
  });
  await manager.start();
  const listen = () =>
    startEnrolment({
      cluster,
      namespace: suite,
      port: 0,
      host: '127.0.0.1',
      log: silentLog,
      mostWaiting,
      rate: { burst: 10_000, perSecond: 10_000 },
    });
  const endpoint = await listen();
  const further: EnrolmentEndpoint[] = [];
  return {
    plane,
    kubectl,
    admin,
    cluster,
    endpoint,
    machine: (name) => admin.request({ method: 'GET', path: resourcePath(Machine, { namespace, name }) }),
    get: (kind, name) => admin.request({ method: 'GET', path: resourcePath(kind, { namespace, name }) }),
    create: (kind, body) =>
      admin.request({ method: 'POST', path: resourcePath(kind, { namespace: keyOf(body).namespace }), body }),
    patch: (name, body) =>
      admin.request({
        method: 'PATCH',
        path: resourcePath(Machine, { namespace, name }),
        contentType: 'application/merge-patch+json',
        body,
      }),
    async anotherEndpoint() {
      const another = await listen();
      further.push(another);
      return another;
    },
    async close() {
      await Promise.all([manager.stop(), ...[endpoint, ...further].map((each) => each.close())]);
      await admin.close();
      await plane.stop();
    },
  };
}

async function install(kubectl: Kubectl): Promise<void> {
  const namespaces = [suite, namespace].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  const items = [...namespaces, ...(await rolesOf('nio')), ...(await rolesOf('runtime')), ...policies];
  const { ok, stderr } = await kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  if (!ok) throw new Error(stderr);
}

let made = 0;

/** What a machine could say of itself; no two say the same. */
export function factsOf(more: Partial<MachineFacts> = {}): MachineFacts {
  made++;
  const digits = made.toString(16).padStart(4, '0');
  return {
    machineId: digits.repeat(8),
    hostname: 'kitchen',
    architecture: 'x86_64',
    firmware: 'uefi',
    cores: 4,
    memoryBytes: 8e9,
    disks: [
      {
        name: '/dev/nvme0n1',
        serial: `S4EW-${digits}`,
        bytes: 256e9,
        empty: true,
        removable: false,
        rotational: false,
      },
    ],
    interfaces: [{ name: 'eth0', mac: `52:54:00:00:${digits.slice(0, 2)}:${digits.slice(2)}` }],
    ...more,
  };
}
