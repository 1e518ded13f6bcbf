import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StepFailure } from './failure.ts';

/** The folders on which a volume is mounted, without the root. */
export type Mounts = ReadonlySet<string>;

/** The mounts of this process, as Linux lists them (proc(5), /proc/pid/mountinfo). */
export async function mountsOfThisProcess(): Promise<Mounts> {
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The mount points of a mountinfo: its fifth field, in which blanks are written in octal. */
export function parseMountInfo(text: string): Mounts {
  const points = text
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((point) => point.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))));
  return new Set(points.filter((point) => point !== '' && point !== '/'));
}

/**
 * Where `path` really is, links followed. What an app may write it may also make links in, so that a link
 * could lead to another volume: a path is only taken where it ends on the volume on which it begins.
 * @throws StepFailure where it is on no volume, or a link leads out of it or to nothing.
 */
export async function withinVolume(path: string, mounts: Mounts): Promise<string> {
  const volume = await volumeOf(path, mounts);
  if (volume === undefined) {
    throw new StepFailure(
      `${path} is on none of the workload’s volumes; what is written there would be lost`,
    );
  }
  const real = await follow(path);
  if (real === volume || real.startsWith(`${volume}/`)) return real;
  throw new StepFailure(`${path} leads out of the volume ${volume} by a symbolic link; remove the link`);
}

/** The first mount point on the way from the root to `path`: above it, all is the image's, which nobody changes. */
async function volumeOf(path: string, mounts: Mounts): Promise<string | undefined> {
  const names = path.split('/').slice(1);
  for (let length = 1; length <= names.length; length += 1) {
    const real = await realpathIfThere(`/${names.slice(0, length).join('/')}`);
    if (real === undefined) return undefined;
    if (mounts.has(real)) return real;
  }
  return undefined;
}

/** As realpath, for a path whose last parts may be missing. */
async function follow(path: string): Promise<string> {
  const real = await realpathIfThere(path);
  if (real !== undefined) return real;
  const target = join(await follow(dirname(path)), basename(path));
  if (await isLink(target))
    throw new StepFailure(`${path} is a symbolic link that leads to nothing; remove it`);
  return target;
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    return unlessMissing(error);
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    return unlessMissing(error) ?? false;
  }
}

/** Undefined for the error of a missing file. @throws any other error. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
