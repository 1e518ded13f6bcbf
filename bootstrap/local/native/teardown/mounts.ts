import { execa } from 'execa';
import { readProc } from '../identity.ts';

/** The mount points at or below the folder in `/proc/self/mountinfo`, in the order in which to unmount them. */
export function mountsBelow(mountinfo: string, folder: string): string[] {
  return mountinfo
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map(unescapePath)
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .reverse(); // later mounts may lie on earlier ones
}

/** proc_pid_mountinfo(5): space, tab, newline and backslash are written as three octal digits. */
const unescapePath = (path: string): string =>
  path.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Unmounts all that lies at or below the folder, and says whether nothing is left. */
export async function unmountBelow(folder: string): Promise<boolean> {
  for (const options of [[], ['--lazy']]) {
    const mounts = mountsBelow(readProc('/proc/self/mountinfo'), folder);
    if (mounts.length === 0) return true;
    await execa('umount', [...options, '--', ...mounts], { reject: false });
  }
  return mountsBelow(readProc('/proc/self/mountinfo'), folder).length === 0;
}
