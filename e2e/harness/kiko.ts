import { join } from 'node:path';
import { execa } from 'execa';

const program = join(import.meta.dirname, '../../bootstrap/kiko.ts');

/** Starts `kiko` as a person would, by its command line. */
export const startKiko = (...args: readonly string[]) =>
  execa(process.execPath, [program, ...args], { reject: false });

/** Runs `kiko` to its end and gives what it printed. @throws Error with what it said when it failed. */
export async function kiko(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await startKiko(...args);
  if (exitCode !== 0) throw new Error(`kiko ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}
