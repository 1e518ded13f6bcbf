import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Failure } from '../../../failure.ts';
import { kubectlFor } from '../../../kubectl.ts';
import type { Progress, Step } from '../../../steps.ts';
import { processesInCgroup, removeCgroup } from '../cgroups.ts';
import { cgroupRoot, readFacts } from '../facts.ts';
import type { Layout } from '../layout.ts';
import { writeSysctls } from '../network.ts';
import { clusterProcesses, isRunning, killAll, stopComponent } from '../processes.ts';
import { ensureTools, haveTools } from '../toolchain.ts';
import { removeFirewallRules } from './firewall.ts';
import { removeLeftovers } from './leftovers.ts';
import { removeLinks } from './links.ts';
import { unmountBelow } from './mounts.ts';

/**
 * Takes a native cluster away. What there is to remove is found by looking at the system, never by remembering, so
 * it works after a kill at any point, its own included.
 */
export const downSteps = (layout: Layout): Step[] => [
  { title: 'Stop the pods', run: (progress) => stopPods(layout, progress) },
  { title: 'Stop the processes', run: () => stopProcesses(layout) },
  { title: 'Take away mounts, links and firewall rules', run: () => clearSystem(layout) },
  { title: 'Remove the folder', run: () => removeFolder(layout) },
];

/**
 * Deletes all pods while the kubelet can still take down their networks and mounts. With the controllers stopped
 * nothing makes them again. Where this is not possible the later steps do its work the hard way.
 */
async function stopPods(layout: Layout, progress: Progress): Promise<void> {
  const able = ['etcd', 'kube-apiserver', 'containerd', 'kubelet'].every((name) =>
    isRunning(layout.folder, name),
  );
  if (!able || !(await haveTools(['kubectl']))) return;
  await Promise.all(
    ['kube-controller-manager', 'kube-scheduler'].map((name) => stopComponent(layout.folder, name)),
  );
  const { kubectl: binary } = await ensureTools(['kubectl'], progress);
  const kubectl = kubectlFor(binary, layout.kubeconfig);
  const args = ['delete', 'pods', '--all', '--all-namespaces', '--grace-period=2', '--timeout=30s'];
  await kubectl(args).catch((error: Error) => progress(error.message));
}

/** The kubelet first, which would start again what the others lose; then everything, pods' processes too. */
async function stopProcesses(layout: Layout): Promise<void> {
  await stopComponent(layout.folder, 'kubelet', 5);
  await killAll(() => [...clusterProcesses(layout.folder), ...processesInCgroup(cgroupRoot(layout.name))]);
}

async function clearSystem(layout: Layout): Promise<void> {
  if (!(await unmountBelow(layout.folder))) {
    throw new Failure(
      `Something below ${layout.folder} can't be unmounted; run kiko down again after a reboot.`,
    );
  }
  await removeLinks();
  await removeFirewallRules();
  await removeCgroup(cgroupRoot(layout.name));
  await removeLeftovers(layout.folder);
  const facts = await readFacts(layout);
  if (facts) await writeSysctls(facts.sysctls);
}

/**
 * Nothing is mounted below any more, or the step before would have failed: this stays on its own file system. The
 * folder is renamed first, so that a removal that is cut off leaves no half of a cluster to be woken and asked.
 */
async function removeFolder(layout: Layout): Promise<void> {
  const removed = `${layout.folder}.removed`;
  await rm(removed, { recursive: true, force: true });
  if (existsSync(layout.folder)) await rename(layout.folder, removed);
  await rm(removed, { recursive: true, force: true });
}
