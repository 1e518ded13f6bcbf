import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../../journal/durable-file.ts';
import type { ClosureContents, StorePath } from '../system.ts';
import { run } from './run.ts';

/** What a machine that runs can't change. */
const LINKS = ['kernel', 'initrd', 'kernel-modules'];
const TEXTS = ['kernel-params', 'init-interface-version'];
const UNIT = /\.(service|socket|timer|mount|automount|swap|target|path|slice)$/;

/** What a system consists of. */
export async function contentsOf(path: StorePath): Promise<ClosureContents> {
  const [paths, boot, units] = await Promise.all([closurePaths(path), bootParts(path), unitsOf(path)]);
  return { paths, boot, units };
}

async function closurePaths(path: StorePath): Promise<Map<StorePath, number>> {
  const features = ['--extra-experimental-features', 'nix-command'];
  const { stdout } = await run('nix', [...features, 'path-info', '--recursive', '--size', path]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [found = '', size = '0'] = line.split(/\s+/);
      return [found, Number(size)];
    }),
  );
}

async function bootParts(path: StorePath): Promise<Record<string, string>> {
  const parts: Record<string, string> = {};
  for (const name of LINKS) {
    const target = await orNothing(realpath(join(path, name)));
    if (target !== undefined) parts[name] = target;
  }
  for (const name of TEXTS) {
    const text = await orNothing(readFile(join(path, name), 'utf8'));
    if (text !== undefined) parts[name] = text.trim();
  }
  return parts;
}

/** Units by what stands in them: in the store even what stays the same may lie elsewhere. */
async function unitsOf(path: StorePath): Promise<Map<string, string>> {
  const units = new Map<string, string>();
  const folder = join(path, 'etc/systemd/system');
  for (const name of (await orNothing(readdir(folder))) ?? []) {
    if (UNIT.test(name)) units.set(name, await digest(join(folder, name)));
    else if (name.endsWith('.d'))
      for (const dropIn of (await orNothing(readdir(join(folder, name)))) ?? [])
        units.set(`${name}/${dropIn}`, await digest(join(folder, name, dropIn)));
  }
  const systemd = await orNothing(realpath(join(path, 'systemd')));
  if (systemd !== undefined) units.set('systemd itself', systemd);
  return units;
}

async function digest(file: string): Promise<string> {
  const content = await orNothing(readFile(file));
  return content === undefined ? 'masked' : createHash('sha256').update(content).digest('hex');
}

async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error) || isNoFile(error)) return undefined;
    throw error;
  }
}

const isNoFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'ENOTDIR');
