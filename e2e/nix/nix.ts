import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensurePrerequisites } from '../../bootstrap/local/prerequisites.ts';

const root = join(import.meta.dirname, '../..');

/** Installs Debian's Nix where there is none and that may be done. */
export const ensureNix = (): Promise<void> =>
  ensurePrerequisites([{ package: 'nix-bin', provides: 'nix-instantiate' }], () => undefined);

/** The Nix files of the repository, as paths from its root. */
export async function nixFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob('{nix,e2e/nix}/**/*.nix', { cwd: root })) files.push(file);
  return files.toSorted();
}

/** What Nix answered: a value, or what it says of a mistake. */
interface Answer<T> {
  readonly value?: T;
  readonly error: string;
}

/** The value of an expression, all the way down. Paths in it are relative to `nix/`. */
export async function evaluate<T>(expression: string): Promise<Answer<T>> {
  const args = ['--eval', '--strict', '--json', '--expr', expression];
  const { exitCode, stdout, stderr } = await execa('nix-instantiate', args, {
    cwd: join(root, 'nix'),
    reject: false,
  });
  return exitCode === 0 ? { value: JSON.parse(stdout) as T, error: '' } : { error: stderr };
}

/** The value of an expression that must have one. */
export async function resultOf<T>(expression: string): Promise<T> {
  const { value, error } = await evaluate<T>(expression);
  if (value === undefined) throw new Error(error);
  return value;
}
