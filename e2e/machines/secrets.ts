import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Machine } from './machine.ts';

/** What somebody could see of the processes of this system, and of all machines on it, with `ps`. */
export interface ProcessWatch {
  /** Every command line so far, and the environment that it began with. */
  seen(): readonly string[];
  end(): void;
}

/** Milliseconds between two looks. What is shorter, {@link recordCommands} has. */
const LOOKING = 50;

/** Looks at all processes again and again. */
export function watchProcesses(): ProcessWatch {
  const known = new Map<string, string>();
  const texts = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const line = read(`/proc/${pid}/cmdline`);
      if (line === '' || known.get(pid) === line) continue;
      known.set(pid, line);
      texts.add(line).add(read(`/proc/${pid}/environ`));
    }
  };
  const looking = setInterval(look, LOOKING);
  return { seen: () => [...texts], end: () => clearInterval(looking) };
}

/** It may have ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const RECORDED = '/run/hearth-fake/arguments';

/** Has a machine that is on write down how git and Nix's programs are called, however short they run. */
export async function recordCommands(machine: Machine): Promise<void> {
  // Of `nix` itself, which is a fake already, its calls have it.
  for (const name of ['git', 'nix-store', 'nix-env']) {
    const file = machine.path(`/run/hearth-fake/bin/${name}`);
    const script = ['#!/bin/sh', `echo "$0 $*" >>${RECORDED}`, `exec /usr/bin/${name} "$@"`, ''].join('\n');
    await writeFile(file, script, { flag: 'wx', mode: 0o755 });
  }
}

/** How all of these, and all fakes, were called on a machine. */
export const recordedCommands = async (machine: Machine): Promise<string> =>
  `${JSON.stringify(await machine.calls())}\n${read(machine.path(RECORDED))}`;

/** A secret as it is, and as a Secret has it; of a token, what makes it one. */
export const formsOf = (secret: string): readonly string[] => [
  secret,
  Buffer.from(secret).toString('base64'),
];

/** The files below these folders that hold one of these strings; of binary files too. */
export async function filesWith(
  strings: readonly string[],
  folders: readonly string[],
  ...options: readonly string[]
): Promise<readonly string[]> {
  const flags = ['--recursive', '--files-with-matches', '--text', '--fixed-strings', '--file=-', ...options];
  const { exitCode, stdout, stderr } = await execa('grep', [...flags, '--', ...folders], {
    input: strings.join('\n'),
    reject: false,
  });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`grep can't search: ${stderr}`);
  return stdout.split('\n').filter(Boolean);
}
