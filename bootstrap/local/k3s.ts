import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { clusterFolder } from '../folder.ts';
import { waitUntil } from '../waiting.ts';
import type { LocalCluster } from './cluster.ts';
import { processesInCgroup } from './native/cgroups.ts';
import { NETWORK } from './native/network.ts';
import {
  clusterProcesses,
  ensureProcess,
  foreignNode,
  isRunning,
  killAll,
  lastWords,
  logFile,
} from './native/processes.ts';
import { removeFirewallRules } from './native/teardown/firewall.ts';
import { unmountBelow } from './native/teardown/mounts.ts';
import { settlePorts } from './ports.ts';
import { findOnPath } from './prerequisites.ts';

/** What k3s is told. Traefik is Kiko's to install, the same one on every driver. */
export function k3sArguments(name: string, folder: string, port: number): string[] {
  return [
    'server',
    `--data-dir=${join(folder, 'k3s')}`,
    `--write-kubeconfig=${join(folder, 'kubeconfig')}`,
    '--write-kubeconfig-mode=600',
    `--node-name=${name}`,
    `--https-listen-port=${port}`,
    `--cluster-cidr=${NETWORK.podCIDR}`,
    `--service-cidr=${NETWORK.serviceCIDR}`,
    `--cluster-dns=${NETWORK.dnsAddress}`,
    '--disable=traefik,metrics-server,servicelb',
    `--log=${logFile(folder, 'k3s')}`,
  ];
}

const PREFERRED = { apiserver: 6443, https: 443 } as const;

/** The k3s that is installed, as a process of this machine. Not run on the machines that Hearth is tested on. */
export function k3sCluster(name: string): LocalCluster {
  const folder = clusterFolder(name);
  const kubeconfig = join(folder, 'kubeconfig');
  const ports = () => settlePorts(join(folder, 'ports.json'), PREFERRED, isRunning(folder, 'k3s'));
  const start = async () => {
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    const { apiserver } = await ports();
    await ensureProcess(folder, {
      name: 'k3s',
      command: 'k3s',
      arguments: k3sArguments(name, folder, apiserver),
    });
    await waitUntil('That the k3s node is ready', () => nodeIsReady(name, kubeconfig), {
      seconds: 180,
      everyMilliseconds: 1000,
      hopeless: async () =>
        isRunning(folder, 'k3s') ? undefined : `k3s ended; its last words: ${await lastWords(folder, 'k3s')}`,
    });
  };
  return {
    driver: 'k3s',
    name,
    kubeconfig,
    available: unavailable,
    up: () => [{ title: 'Start k3s', run: start }],
    wake: () => [{ title: 'Start k3s', run: start }],
    down: () => [{ title: 'Take k3s away', run: () => takeAway(folder) }],
    status: async () => {
      const running = isRunning(folder, 'k3s');
      const stopped = existsSync(folder) ? 'stopped' : 'absent';
      return { name, driver: 'k3s', state: running ? 'running' : stopped, parts: { k3s: running } };
    },
    holdsData: async () => existsSync(join(folder, 'k3s', 'server', 'db')),
    importImages: async (archive) => void (await execa('k3s', ['ctr', ...K8S, 'images', 'import', archive])),
    images: async () => (await execa('k3s', ['ctr', ...K8S, 'images', 'list', '--quiet'])).stdout.split('\n'),
    nodeAddress: async () => '127.0.0.1',
    httpsPort: async () => (await ports()).https,
  };
}

const K8S = ['--namespace', 'k8s.io'];

async function unavailable(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'k3s needs Linux.';
  if (!(await findOnPath('k3s'))) return 'There is no k3s on the PATH.';
  if (process.getuid?.() !== 0) return 'k3s needs root; run kiko with sudo.';
  return foreignNode();
}

async function nodeIsReady(name: string, kubeconfig: string): Promise<boolean> {
  if (!existsSync(kubeconfig)) return false;
  const path = '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  const args = ['kubectl', '--kubeconfig', kubeconfig, 'get', 'node', name, '--ignore-not-found', path];
  const { stdout } = await execa('k3s', args, { reject: false });
  return stdout === 'True';
}

/** What the k3s-killall script does, for this cluster: k3s mounts and links at places that it does not let choose. */
async function takeAway(folder: string): Promise<void> {
  await killAll(() => [...clusterProcesses(folder), ...processesInCgroup('/kubepods')]);
  for (const place of [folder, '/run/k3s', '/var/lib/kubelet', '/run/netns']) {
    if (!(await unmountBelow(place)))
      throw new Failure(`Something below ${place} can't be unmounted; run kiko down again after a reboot.`);
  }
  for (const link of ['cni0', 'flannel.1']) await execa('ip', ['link', 'delete', link], { reject: false });
  await removeFirewallRules();
  await rm(folder, { recursive: true, force: true });
}
