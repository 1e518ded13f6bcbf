import { Node, type NodeObject, resourcePath, type Transport } from '@hearth/runtime';
import { execa } from 'execa';
import { ensureTools } from '../../../bootstrap/local/native/toolchain.ts';
import { startControllerManager } from '../../harness/controller-manager.ts';
import { buildKwok, kwokConfig } from './kwok.ts';

/** How many pods a machine takes, as a kubelet does if it is not told otherwise. */
const PODS = 110;

/** What makes pods of workloads, and addresses of pods. */
const controllers = ['deployment-controller', 'replicaset-controller', 'endpointslice-controller'];

/** No limit of theirs is to be measured. */
const unlimited = ['--kube-api-qps=1000', '--kube-api-burst=2000'];

/**
 * Starts all that runs pods, but for the pods themselves: Kubernetes' own controllers and scheduler, and kwok in place
 * of the kubelets of as many machines as so many pods need. Returns how to end it; it ends with this process, too.
 */
export async function startMachines(
  cluster: { readonly kubeconfig: string; readonly transport: Transport },
  pods: number,
  folder: string,
): Promise<() => Promise<void>> {
  const { kubeconfig, transport } = cluster;
  const { 'kube-scheduler': scheduler } = await ensureTools(['kube-scheduler'], () => undefined);
  const [kwok, config] = [await buildKwok(), await kwokConfig(folder)];
  for (let index = 0; index < Math.ceil(pods / PODS); index++) await createMachine(transport, index);
  const ends = [
    await startControllerManager(kubeconfig, controllers, unlimited),
    run(scheduler, [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', ...unlimited]),
    run(kwok, [`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', `--config=${config}`]),
  ];
  return async () => {
    for (const end of ends) await end();
  };
}

async function createMachine(transport: Transport, index: number): Promise<void> {
  const name = `machine-${index}`;
  const labels = { hostname: name, arch: 'amd64', os: 'linux' };
  const metadata = {
    name,
    labels: Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [`kubernetes.io/${label}`, value]),
    ),
  };
  const node = { apiVersion: 'v1', kind: 'Node', metadata };
  await transport.request<NodeObject>({ method: 'POST', path: resourcePath(Node, {}), body: node });
  const capacity = { cpu: '16', memory: '64Gi', pods: String(PODS) };
  const status = { capacity, allocatable: capacity };
  const path = resourcePath(Node, { name });
  const contentType = 'application/merge-patch+json';
  // A new machine is closed to pods until a controller that is not there has seen it ready.
  await transport.request({ method: 'PATCH', path, contentType, body: { spec: { taints: null } } });
  await transport.request({ method: 'PATCH', path: `${path}/status`, contentType, body: { status } });
}

/** Runs a binary that is killed together with this process. */
function run(binary: string, flags: readonly string[]): () => Promise<void> {
  const running = execa('setpriv', ['--pdeathsig=KILL', '--', binary, ...flags], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  return async () => {
    running.kill('SIGKILL');
    await running;
  };
}
