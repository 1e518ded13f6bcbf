import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Site } from './site.ts';

/** A machine that was turned on. */
export interface Power {
  /** Comes when its units are started; throws, with what the console says, when it ends before. */
  up(): Promise<void>;
  /** Its process 1, as this system numbers it, once it is up. */
  init(): number | undefined;
  /** The exit code of process 1. */
  readonly ended: Promise<number | undefined>;
  /** Kills all of it at once. */
  cut(): void;
}

/** What of a machine is plugged in and turned on. */
export interface Casing {
  /** Its name in the switch. */
  readonly port: string;
  readonly mac: string;
  /** With the length of the network's prefix. */
  readonly address: string;
  readonly link: 'up' | 'down';
  /** The folder of its disk, as the site sees it. */
  readonly folder: string;
}

/** What process 1 ends with when the machine is to start again. */
export const REBOOT = 42;

const POWER_ON = join(import.meta.dirname, 'commands/power-on.sh');

/** Turns a machine on; it is off when this process ends, however that ends. */
export function powerOn(site: Site, { port, mac, address, link, folder }: Casing): Power {
  const fake = site.reach(join(folder, 'fake'));
  const namespaces = [`--target=${site.process}`, '--mount', '--net', '--', 'unshare', '--net', '--'];
  const program = ['sh', POWER_ON, String(site.process), port, mac, address, link, folder];
  const output = { file: join(fake, 'console'), append: true };
  const child = execa('setpriv', ['--pdeathsig=KILL', '--', 'nsenter', ...namespaces, ...program], {
    reject: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
  });
  let first: number | undefined;
  let over = false;
  const ended = child.then(({ exitCode }) => {
    over = true;
    return exitCode;
  });
  return {
    ended,
    init: () => first,
    async up() {
      const patience = AbortSignal.timeout(60_000);
      while (!over && !patience.aborted) {
        first = await isUp(fake, child.pid ?? 0);
        if (first !== undefined) return;
        await pause(20);
      }
      throw new Error(`it did not start: ${(await read(join(fake, 'console'))).slice(-2000)}`);
    },
    cut() {
      // All that runs in a process namespace is killed with its first process, and that one with who made it.
      if (first === undefined) child.kill('SIGKILL');
      else process.kill(first, 'SIGKILL');
    },
  };
}

/** Process 1 says that it is up; by then it is the only child of who made its namespace. */
async function isUp(fake: string, outer: number): Promise<number | undefined> {
  if ((await read(join(fake, 'state'))) === '') return undefined;
  return Number.parseInt(await read(`/proc/${outer}/task/${outer}/children`), 10) || undefined;
}

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
