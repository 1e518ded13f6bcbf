import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allProcesses, type ProcessStat, readProc } from './identity.ts';

/** What `/proc/self/mountinfo` says of the cgroup file systems. */
export interface CgroupMount {
  readonly path: string;
  readonly unified: boolean;
}

/** The cgroup hierarchies of the machine: one per controller (v1), or a single one (v2), or both. */
export function cgroupMounts(mountinfo: string): CgroupMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount, kind] = line.split(' - ');
    const path = mount?.split(' ')[4];
    const type = kind?.split(' ')[0];
    if (!path || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    return { path, unified: type === 'cgroup2' };
  });
}

const mounts = (): CgroupMount[] => cgroupMounts(readProc('/proc/self/mountinfo'));

/** Makes the cgroup in every hierarchy: a kubelet refuses a root that is missing in one. */
export async function ensureCgroup(name: string): Promise<void> {
  for (const mount of mounts()) {
    if (mount.unified) await delegateControllers(mount.path);
    await mkdir(join(mount.path, name), { recursive: true });
  }
}

/** In v2 a child only has the controllers that its parent hands on. One that can't be handed on is passed over. */
async function delegateControllers(path: string): Promise<void> {
  const controllers = (await readFile(join(path, 'cgroup.controllers'), 'utf8'))
    .trim()
    .split(' ')
    .filter(Boolean);
  for (const controller of controllers) {
    await writeFile(join(path, 'cgroup.subtree_control'), `+${controller}`).catch(() => undefined);
  }
}

/** Whether what `/proc/PID/cgroup` says lies in the cgroup of that name, or below. */
export function isInCgroup(text: string, name: string): boolean {
  const paths = text.split('\n').map((line) => line.split(':').slice(2).join(':'));
  return paths.some((path) => path === name || path.startsWith(`${name}/`));
}

/** All processes in the cgroup and below: those of the pods, whoever started them. */
export const processesInCgroup = (name: string): ProcessStat[] =>
  allProcesses().filter((process) => isInCgroup(readProc(`/proc/${process.pid}/cgroup`), name));

/** Removes the cgroup from every hierarchy, from its leaves up. Its processes must have ended. */
export async function removeCgroup(name: string): Promise<void> {
  for (const mount of mounts()) {
    const root = join(mount.path, name);
    if (existsSync(root)) for (const folder of deepestFirst(root)) await removeFolder(folder);
  }
}

function deepestFirst(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((child) => deepestFirst(join(folder, child.name))), folder];
}

/** The kernel calls a cgroup busy for a moment after its last process has ended. */
async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await rmdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || attempt === 40) throw error;
      await sleep(50);
    }
  }
}
