import { lstat, readdir, readFile, readlink, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CNI_NETWORK } from '../configuration/containerd.ts';
import { readProc } from '../identity.ts';

/** Removes what kubelet, containerd and CNI write to fixed places outside of the cluster's folder. */
export async function removeLeftovers(folder: string): Promise<void> {
  await removeEntries('/var/log/containers', (path) => pointsBelow(path, folder));
  await removeEntries('/var/lib/cni/results', async (path) => (await namesNetwork(path)) === CNI_NETWORK);
  await removeEntries('/run/containerd/s', async (path) => isUnboundSocket(path, readProc('/proc/net/unix')));
  await removeEntries('/var/lib/kubelet/device-plugins', async () => true);
  const emptied = ['/var/lib/cni/results', '/var/lib/cni', '/var/log/containers'];
  const runtime = [
    '/run/containerd/s',
    '/run/containerd',
    '/var/lib/kubelet/device-plugins',
    '/var/lib/kubelet',
  ];
  for (const empty of [...emptied, ...runtime]) await rmdir(empty).catch(() => undefined);
}

async function removeEntries(folder: string, isOurs: (path: string) => Promise<boolean>): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const path = join(folder, entry);
    if (await isOurs(path)) await rm(path, { force: true, recursive: true });
  }
}

async function pointsBelow(path: string, folder: string): Promise<boolean> {
  return ((await lstat(path)).isSymbolicLink() && (await readlink(path)).startsWith(`${folder}/`)) || false;
}

/** The network that a cached CNI result is of (the `results` of libcni). */
async function namesNetwork(path: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as { networkName?: string }).networkName;
  } catch {
    return undefined;
  }
}

/**
 * Whether no process listens on the shim's socket any more. containerd 1.6 puts them all into one folder, named by
 * a hash: whose they were can't be told, but one without a listener is of no use to anybody.
 */
export const isUnboundSocket = (path: string, unixSockets: string): boolean =>
  !unixSockets.split('\n').some((line) => line.endsWith(` ${path}`) || line.endsWith(` @${path}`));
