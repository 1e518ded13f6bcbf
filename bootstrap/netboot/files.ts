import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';

/** A file that is being given. */
export interface OpenFile {
  /** In bytes. */
  readonly size: number;
  read(from: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The files that may be asked for. */
export interface ServedFiles {
  /** Opens one; undefined when there is none of that name. */
  open(name: string): Promise<OpenFile | undefined>;
}

/** Deeper than any boot folder; a link that leads back into its own folder has no end. */
const DEEPEST = 12;

/**
 * What lies below a folder now, by its path within. A name that is asked for is looked up among these and never becomes a
 * path: no `..` leads out of the folder, and what is put there later is not given.
 */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const look = async (inside: string, depth: number): Promise<void> => {
    if (depth > DEEPEST) throw new Failure(`${join(folder, inside)} lies too deep; does a link lead back?`);
    for (const name of await readdir(join(folder, inside))) {
      const path = join(inside, name);
      // Follows links: what Nix builds is made of them.
      const what = await stat(join(folder, path));
      if (what.isDirectory()) await look(path, depth + 1);
      else if (what.isFile()) found.set(path, join(folder, path));
    }
  };
  await look('', 0);
  return found;
}

/** A file of the disk. */
export async function openFile(path: string): Promise<OpenFile> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    async read(from, length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      if (bytesRead < length) throw new Error(`${path} became shorter while it was read`);
      return buffer;
    },
    close: () => file.close(),
  };
}

/** A file that is made up on the spot. */
export function openText(text: string): OpenFile {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    read: async (from, length) => bytes.subarray(from, from + length),
    close: async () => undefined,
  };
}
