import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One process, for as long as it lives: a pid alone may be given to another one later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since boot (proc_pid_stat(5), field 22). */
  readonly startTicks: number;
}

/** What the kernel says of a process. */
export interface ProcessStat extends ProcessIdentity {
  readonly command: string;
  readonly state: string;
  readonly parent: number;
  readonly session: number;
}

/** Reads `/proc/PID/stat`. The command stands in parentheses and may hold spaces and parentheses itself. */
export function parseStat(text: string): ProcessStat {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const rest = text
    .slice(close + 2)
    .trim()
    .split(/\s+/);
  return {
    pid: Number(text.slice(0, open)),
    command: text.slice(open + 1, close),
    state: rest[0] ?? '',
    parent: Number(rest[1]),
    session: Number(rest[3]),
    startTicks: Number(rest[19]),
  };
}

/** Reads `/proc/PID/environ`: entries that end in NUL. */
export function parseEnvironment(text: string): Record<string, string> {
  const entries = text.split('\0').filter((entry) => entry.includes('='));
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/** The process of that pid now, or undefined when there is none (or only its exit status is left). */
export function statOf(pid: number): ProcessStat | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  const stat = text ? parseStat(text) : undefined;
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat : undefined;
}

/** All processes of the machine. */
export function allProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => statOf(Number(entry)) ?? []);
}

/** The text of a file below `/proc`, empty when its process has gone or is not ours to read. */
export function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether exactly this process still runs. */
export const isAlive = (process: ProcessIdentity): boolean =>
  statOf(process.pid)?.startTicks === process.startTicks;

/** Sends a signal to exactly this process; one that has ended already is fine. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until all of these have ended; says whether they have. */
export async function ended(processes: readonly ProcessIdentity[], seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (processes.some(isAlive)) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
