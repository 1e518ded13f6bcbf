import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { Failure } from '../../failure.ts';
import { writeWhole } from '../../files.ts';
import { apiServer, componentKubeconfig, configurationFile } from './components.ts';
import { CNI_FOLDERS, cniConfiguration, containerdConfiguration } from './configuration/containerd.ts';
import { kubeconfig } from './configuration/kubeconfig.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from './configuration/kubelet.ts';
import type { Facts } from './facts.ts';
import type { Layout } from './layout.ts';
import { outerMTU } from './network.ts';
import type { Pki } from './pki/pki.ts';

/** The clients that reach the API server with a kubeconfig of their own. */
const CLIENTS = ['kubelet', 'kube-proxy', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Writes every file that the processes read. The same facts give the same files. */
export async function writeConfiguration(
  layout: Layout,
  facts: Facts,
  pki: Pki,
  sandboxImage: string,
): Promise<void> {
  const server = apiServer(facts);
  for (const client of CLIENTS) {
    const text = kubeconfig(server, pki.authority, client, pki.pairs[client]);
    await writeWhole(componentKubeconfig(layout, client), text);
  }
  await writeWhole(layout.kubeconfig, kubeconfig(server, pki.authority, 'kiko', pki.pairs.admin));
  const containerd = containerdConfiguration(layout, sandboxImage, await cniFolder());
  await writeWhole(configurationFile(layout, 'containerd.toml'), containerd);
  await writeWhole(join(layout.cni, '10-hearth.conflist'), cniConfiguration(layout, await outerMTU()));
  const kubelet = kubeletConfiguration(layout, facts.ports, await resolvConf());
  await writeWhole(configurationFile(layout, 'kubelet.yaml'), dump(kubelet));
  const proxy = kubeProxyConfiguration(layout, facts.ports, componentKubeconfig(layout, 'kube-proxy'));
  await writeWhole(configurationFile(layout, 'kube-proxy.yaml'), dump(proxy));
}

/** The content of the files that a component reads at its start, and so restarts for. */
export async function filesRead(layout: Layout, name: string): Promise<string[]> {
  const files: Record<string, string[]> = {
    containerd: ['containerd.toml'],
    kubelet: ['kubelet.yaml', 'kubelet.kubeconfig'],
    'kube-proxy': ['kube-proxy.yaml', 'kube-proxy.kubeconfig'],
    'kube-controller-manager': ['kube-controller-manager.kubeconfig'],
    'kube-scheduler': ['kube-scheduler.kubeconfig'],
  };
  return Promise.all((files[name] ?? []).map((file) => readFile(configurationFile(layout, file), 'utf8')));
}

async function cniFolder(): Promise<string> {
  for (const folder of CNI_FOLDERS) {
    if (await exists(join(folder, 'bridge'))) return folder;
  }
  throw new Failure(`The CNI plugins are in none of ${CNI_FOLDERS.join(', ')}.`);
}

/** The list of name servers to hand on: systemd's stub on 127.0.0.53 can't be reached from a pod. */
async function resolvConf(): Promise<string> {
  const resolved = '/run/systemd/resolve/resolv.conf';
  return (await exists(resolved)) ? resolved : '/etc/resolv.conf';
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Forgets what containerd kept of pods that ran before the machine was booted: its mounts are all gone. */
export const forgetPodsOfEarlierBoot = (layout: Layout): Promise<void> =>
  rm(join(layout.containerd, 'state'), { recursive: true, force: true });
