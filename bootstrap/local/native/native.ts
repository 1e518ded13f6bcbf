import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { clusterFolder } from '../../folder.ts';
import type { ClusterStatus, LocalCluster } from '../cluster.ts';
import { findOnPath } from '../prerequisites.ts';
import { upSteps, wakeSteps } from './bring-up.ts';
import { type ComponentName, NODE_TOOLS } from './components.ts';
import { readFacts } from './facts.ts';
import { importArchive, importedImages } from './images.ts';
import { layoutOf } from './layout.ts';
import { NETWORK } from './network.ts';
import { components, foreignNode, markedProcesses } from './processes.ts';
import { downSteps } from './teardown/teardown.ts';
import { haveTools } from './toolchain.ts';

const COMPONENTS: readonly ComponentName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'containerd',
  'kubelet',
  'kube-proxy',
];

/**
 * One node of upstream Kubernetes as plain processes of this machine, with a containerd of their own. Needs Linux
 * and root; needs no Docker, no account and no registry.
 */
export function nativeCluster(name: string): LocalCluster {
  const layout = layoutOf(name, clusterFolder(name));
  return {
    driver: 'native',
    name,
    kubeconfig: layout.kubeconfig,
    available: () => unavailable(layout.folder),
    up: () => upSteps(layout),
    wake: () => wakeSteps(layout),
    down: () => downSteps(layout),
    status: async () => statusOf(name, layout.folder),
    holdsData: async () => existsSync(join(layout.etcd, 'member')) && (await hasEntries(layout.volumes)),
    importImages: (archive) => importArchive(layout.socket, archive),
    images: () => importedImages(layout.socket),
    nodeAddress: async () => NETWORK.nodeAddress,
    httpsPort: async () => {
      const facts = await readFacts(layout);
      if (!facts) throw new Failure(`The cluster ${name} is not up; run kiko up --local first.`);
      return facts.ports.https;
    },
  };
}

async function unavailable(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'The native driver needs Linux.';
  if (process.getuid?.() !== 0) return 'The native driver needs root; run kiko with sudo.';
  const known: readonly string[] = COMPONENTS;
  const other = markedProcesses().find(
    (process) => process.cluster !== folder && known.includes(process.component),
  );
  if (other) return `Another native cluster, in ${other.cluster}, runs on this machine.`;
  const foreign = foreignNode();
  if (foreign) return foreign;
  if ((await findOnPath('go')) || (await haveTools(NODE_TOOLS))) return undefined;
  return 'The native driver builds Kubernetes, for which it needs Go 1.26 or newer (https://go.dev/dl/).';
}

function statusOf(name: string, folder: string): ClusterStatus {
  const running = new Set(components(folder).map((process) => process.component));
  const parts = Object.fromEntries(COMPONENTS.map((component) => [component, running.has(component)]));
  return { name, driver: 'native', parts, state: stateOf(existsSync(folder), Object.values(parts)) };
}

function stateOf(there: boolean, parts: readonly boolean[]): ClusterStatus['state'] {
  if (parts.every(Boolean)) return 'running';
  if (parts.some(Boolean)) return 'degraded';
  return there ? 'stopped' : 'absent';
}

const hasEntries = async (folder: string): Promise<boolean> =>
  (await readdir(folder).catch(() => [])).length > 0;
