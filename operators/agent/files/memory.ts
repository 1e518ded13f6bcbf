import { statfs } from 'node:fs/promises';

/** The types of file systems that are in memory (statfs(2)). */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** Secrets never reach a disk. @throws where a folder is on one. */
export async function refuseDisk(folder: string): Promise<void> {
  const { type } = await statfs(folder);
  if (type !== TMPFS && type !== RAMFS)
    throw new Error(`${folder} is on a disk: what may be secret is put into memory alone`);
}
