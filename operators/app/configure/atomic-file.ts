import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BrokenText, StepFailure } from './failure.ts';
import { type Mounts, unlessMissing, withinVolume } from './volume-path.ts';

/** Of a file that is made without a mode: its group is the volume's, in which are the app's other workloads. */
const NEW_FILE = 0o640;
const NEW_DIRECTORY = 0o750;
/** What is larger is no configuration, and would not fit into the memory that the steps are given. */
const LARGEST = 4 * 1024 * 1024;
const BYTE_ORDER_MARK = '\uFEFF';

/** Permissions as a step writes them, `0640`, as a number. */
export const parseMode = (mode: string | undefined): number | undefined =>
  mode === undefined ? undefined : Number.parseInt(mode, 8);

/**
 * Rewrites a text file by `edit`, which is given '' for a missing one. Where nothing changes, nothing is written.
 * @returns whether it was written.
 * @throws StepFailure; the file is then as it was.
 */
export async function editFile(
  path: string,
  mounts: Mounts,
  edit: (text: string) => string,
): Promise<boolean> {
  const target = await withinVolume(path, mounts);
  const known = await readText(target, path);
  const mark = known?.text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const next = mark + editText(path, (known?.text ?? '').slice(mark.length), edit);
  if (next === known?.text) return false;
  await replaceFile(target, next, known?.stats, undefined);
  return true;
}

function editText(path: string, text: string, edit: (text: string) => string): string {
  try {
    return edit(text);
  } catch (error) {
    if (error instanceof BrokenText) {
      throw new StepFailure(`${path}, line ${error.line}: ${error.message}; the file is left as it is`);
    }
    if (error instanceof StepFailure) throw new StepFailure(`${path}: ${error.message}`);
    throw error;
  }
}

/** Makes sure that a file has this content, and this mode where one is given. @returns whether it had not. */
export async function ensureFile(
  path: string,
  mounts: Mounts,
  content: string,
  mode: number | undefined,
): Promise<boolean> {
  const target = await withinVolume(path, mounts);
  const stats = await statFile(target, path);
  const same = stats?.size === Buffer.byteLength(content) && (await readText(target, path))?.text === content;
  if (same && (mode === undefined || (stats.mode & 0o777) === mode)) return false;
  await replaceFile(target, content, stats, mode);
  return true;
}

/** Makes sure that a folder is there, and has this mode where one is given. @returns whether it had not. */
export async function ensureDirectory(
  path: string,
  mounts: Mounts,
  mode: number | undefined,
): Promise<boolean> {
  const target = await withinVolume(path, mounts);
  const known = await stat(target).catch(unlessMissing);
  if (known !== undefined && !known.isDirectory())
    throw new StepFailure(`${path} is there, but is no folder`);
  if (known !== undefined && (mode === undefined || (known.mode & 0o777) === mode)) return false;
  await mkdir(target, { recursive: true, mode: NEW_DIRECTORY });
  const handle = await open(target, 'r');
  try {
    // The bits above the permissions stay: the volume hands its group on to what is made in it by one of them.
    if (mode !== undefined) await handle.chmod(((await handle.stat()).mode & 0o7000) | mode);
  } finally {
    await handle.close();
  }
  return true;
}

async function statFile(target: string, path: string): Promise<Stats | undefined> {
  const stats = await stat(target).catch(unlessMissing);
  if (stats !== undefined && !stats.isFile()) throw new StepFailure(`${path} is there, but is no file`);
  return stats;
}

async function readText(
  target: string,
  path: string,
): Promise<{ readonly text: string; readonly stats: Stats } | undefined> {
  const stats = await statFile(target, path);
  if (stats === undefined) return undefined;
  if (stats.size > LARGEST) throw new StepFailure(`${path} is larger than 4 MiB: too large for a step`);
  const handle = await open(target, 'r');
  try {
    const bytes = await handle.readFile();
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), stats };
  } catch (error) {
    if (error instanceof TypeError) throw new StepFailure(`${path} is not UTF-8; the file is left as it is`);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Puts a whole file in the place of another, so that whoever reads it, and a crash, finds the old or the new. */
async function replaceFile(
  target: string,
  content: string,
  former: Stats | undefined,
  mode: number | undefined,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: NEW_DIRECTORY });
  // Always the same name: what a crash left behind is found by the next start. A pod's steps run one at a time.
  const temporary = join(dirname(target), `.${basename(target)}.hearth`);
  await rm(temporary, { force: true });
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await keepOwner(handle, former);
      await handle.chmod(mode ?? (former ? former.mode & 0o7777 : NEW_FILE));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
}

/**
 * Gives a file the owner and group of its former self. The app's user may only hand on what it has: a file of
 * another's then becomes its own, with the group kept where that is allowed.
 */
async function keepOwner(handle: FileHandle, former: Stats | undefined): Promise<void> {
  const made = await handle.stat();
  if (former === undefined || (former.uid === made.uid && former.gid === made.gid)) return;
  await handle
    .chown(former.uid, former.gid)
    .catch(() => handle.chown(made.uid, former.gid))
    .catch(unlessForbidden);
}

function unlessForbidden(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'EPERM') return undefined;
  throw error;
}

/** A rename lasts once the folder is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
