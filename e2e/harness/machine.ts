import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { execa } from 'execa';
import { clusterFolder } from '../../bootstrap/folder.ts';
import { cgroupMounts } from '../../bootstrap/local/native/cgroups.ts';
import { linkNames, readSysctls } from '../../bootstrap/local/native/network.ts';
import { markedProcesses } from '../../bootstrap/local/native/processes.ts';
import { mountsBelow } from '../../bootstrap/local/native/teardown/mounts.ts';
import { kiko } from './kiko.ts';

/** What a cluster could leave behind on a machine, each as sorted lines, to be compared before and after. */
export interface MachineState {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly firewall: readonly string[];
  readonly processes: readonly string[];
  readonly cgroups: readonly string[];
  readonly folders: readonly string[];
  readonly hosts: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
}

/** Places outside of Kiko's folder that a kubelet, a containerd or a CNI plugin writes to. */
const PLACES = [
  '/etc/cni/net.d',
  '/opt/cni',
  '/opt/containerd',
  '/run/containerd/s',
  '/run/netns',
  '/var/lib/cni/results',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
];

/** Looks at the machine. */
export async function machineState(): Promise<MachineState> {
  const lines = async (command: string, ...args: string[]) => {
    const { stdout } = await execa(command, args, { reject: false });
    return stdout.split('\n').filter((line) => line && !line.startsWith('#'));
  };
  const mountinfo = readFileSync('/proc/self/mountinfo', 'utf8');
  const hierarchies = cgroupMounts(mountinfo).flatMap((mount) => entries(mount.path));
  return {
    mounts: mountinfo
      .split('\n')
      .flatMap((line) => line.split(' ')[4] ?? [])
      .sort(),
    links: linkNames((await execa('ip', ['-j', 'link', 'show'])).stdout).sort(),
    networkNamespaces: await lines('ip', 'netns', 'list'),
    firewall: [...(await lines('nft', 'list', 'ruleset')), ...(await lines('iptables-legacy-save'))],
    processes: markedProcesses().map((process) => `${process.component} ${process.cluster}`),
    cgroups: hierarchies.filter((path) => basename(path).startsWith('hearth')).sort(),
    folders: PLACES.flatMap(entries).sort(),
    hosts: readFileSync('/etc/hosts', 'utf8').split('\n'),
    sysctls: await readSysctls(),
  };
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).map((entry) => `${folder}/${entry}`);
  } catch {
    return [];
  }
}

/**
 * Takes away every native cluster but those kept, since a machine has room for one. Whatever is no demonstration
 * stays, and is named in the error.
 */
export async function makeRoom(...kept: readonly string[]): Promise<void> {
  const local = dirname(clusterFolder('any'));
  const running = markedProcesses().flatMap(({ cluster }) =>
    dirname(cluster) === local ? basename(cluster) : [],
  );
  // One whose processes were all killed has left its mounts.
  const mounted = mountsBelow(readFileSync('/proc/self/mountinfo', 'utf8'), local).flatMap(
    (path) => relative(local, path).split(sep)[0] || [],
  );
  for (const name of new Set([...running, ...mounted])) {
    if (!kept.includes(name)) await kiko('down', '--name', name);
  }
}
