import { realpath, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../../journal/durable-file.ts';
import type { Room, StorePath } from '../system.ts';

/** Where the boot loader's files are. */
const BOOT = '/boot';

/** How much room is left, and how much a system will need where there is little. */
export async function roomFor(path: StorePath | undefined): Promise<Room> {
  const [storeFree, bootFree, bootNeeded] = await Promise.all([
    free('/nix/store'),
    bootRoom(),
    path === undefined ? 0 : newBootBytes(path),
  ]);
  return { storeFree, bootFree, bootNeeded };
}

async function free(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function bootRoom(): Promise<number | undefined> {
  try {
    const [boot, root] = await Promise.all([stat(BOOT), stat('/')]);
    return boot.dev === root.dev ? undefined : await free(BOOT);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What of a system’s kernel and initial RAM disk the system that the machine starts with does not have. */
async function newBootBytes(path: StorePath): Promise<number> {
  let bytes = 0;
  for (const name of ['kernel', 'initrd']) {
    const target = await targetOf(join(path, name));
    if (target === undefined || target === (await targetOf(join('/nix/var/nix/profiles/system', name))))
      continue;
    bytes += (await stat(target)).size;
  }
  return bytes;
}

async function targetOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
