import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileList } from '../apply/surroundings.ts';
import { isMissing } from '../journal/durable-file.ts';
import { accountIds } from './accounts.ts';
import { refuseDisk } from './memory.ts';

/** The contents of the machine's own Secret, by key. Secrets. */
export type Contents = ReadonlyMap<string, Buffer>;

/** What delivers files. */
export interface DeliveryOptions {
  /** In memory; `/run/hearth`. */
  readonly folder: string;
  /** Reads the machine's Secret, when something of it is needed. */
  contents(): Promise<Contents>;
}

/**
 * Puts files in place, all of them at once: `files` is a link, which changes from one folder to the next when that is
 * whole. What is in place already is not read again, so a machine goes back to the files before without the API.
 */
export async function deliver(files: FileList, { folder, contents }: DeliveryOptions): Promise<void> {
  const set = setName(files);
  const link = join(folder, 'files');
  const place = join(folder, 'sets', set);
  if (!(await exists(join(place, '.whole')))) await fill(place, folder, files, contents);
  for (const file of files) await give(join(place, file.path), file);
  if ((await linkTarget(link)) === `sets/${set}`) return;
  await rm(`${link}.next`, { force: true });
  await symlink(`sets/${set}`, `${link}.next`);
  await rename(`${link}.next`, link);
}

/** Removes every set of files but those that are named, and what `files` leads to now. */
export async function forgetFiles(folder: string, kept: readonly FileList[]): Promise<void> {
  const current = await linkTarget(join(folder, 'files'));
  const names = new Set([...kept.map(setName), current?.slice('sets/'.length)]);
  for (const name of await readdir(join(folder, 'sets')).catch(() => []))
    if (!names.has(name)) await rm(join(folder, 'sets', name), { recursive: true, force: true });
}

/** The name of a set says what is in it: the same files, the same folder. */
function setName(files: FileList): string {
  const parts = files.map(({ path, key, digest, mode, owner, group }) => [
    path,
    key,
    digest,
    mode,
    owner,
    group,
  ]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

async function fill(place: string, folder: string, files: FileList, contents: () => Promise<Contents>) {
  await mkdir(join(folder, 'sets'), { recursive: true, mode: 0o711 });
  if (files.length > 0) await refuseDisk(folder);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { mode: 0o711 });
  const found: Contents = files.length === 0 ? new Map() : await contents();
  for (const file of files) {
    const content = found.get(file.key);
    if (!content) throw new Error(`the machine’s Secret has no key ${file.key}, for the file ${file.path}`);
    await put(join(place, file.path), content);
  }
  await writeFile(join(place, '.whole'), '', { mode: 0o600 });
}

async function put(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { mode: 0o711, recursive: true });
  // Nobody but root reads it until it belongs to whom it is for.
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
}

/**
 * Gives a file to whom it is for. Somebody whom only the new system knows has it after that is activated; until then
 * root does.
 */
async function give(path: string, { owner, group, mode }: FileList[number]): Promise<void> {
  const ids = await accountIds(owner, group);
  if (!ids) return;
  await chown(path, ids.uid, ids.gid);
  await chmod(path, Number.parseInt(mode, 8));
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
