import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Disk } from './disk.ts';
import type { Site } from './site.ts';

/** What turns a machine on and off, and its cable. */
export interface PowerSwitch {
  boot(): Promise<void>;
  powerOff(): Promise<void>;
  isOn(): boolean;
  boots(): number;
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** Its process 1, as this system numbers it. @throws Error while it is off. */
  init(): number;
  /** Where this process finds a file of the machine that is on. */
  path(file: string): string;
}

/** What of a machine is plugged in. */
export interface Plugged {
  readonly number: number;
  readonly mac: string;
  /** With the length of the network's prefix. */
  readonly address: string;
}

/** Makes the switch of a machine that is off. `prepare` is done before each start that somebody asks for. */
export function createPower(
  site: Site,
  disk: Disk,
  { number, mac, address }: Plugged,
  prepare: () => Promise<void>,
): PowerSwitch {
  let boots = 0;
  let link: 'up' | 'down' = 'up';
  let power: Power | undefined;
  // The port of the start before may still be going.
  const port = () => `m${number}b${boots}`;
  const boot = async () => {
    if (power !== undefined) throw new Error('it is on already');
    boots += 1;
    await prepare();
    await rm(disk.path('fake/state'), { force: true });
    const started = powerOn(site, { port: port(), mac, address, link, folder: disk.folder });
    power = started;
    void started.ended.then((code) => {
      power = undefined;
      // Who waits for it hears of what went wrong; one that restarts by itself has nobody waiting.
      if (code === REBOOT)
        boot().catch((error: Error) => appendFile(disk.path('fake/console'), error.message));
    });
    await started.up();
  };
  const setLink = async (state: 'up' | 'down') => {
    link = state;
    if (power !== undefined) await site.run('ip', 'link', 'set', port(), state);
  };
  const init = () => {
    const first = power?.init();
    if (first === undefined) throw new Error('it is off');
    return first;
  };
  return {
    boot,
    async powerOff() {
      const off = power;
      off?.cut();
      await off?.ended;
      power = undefined;
    },
    isOn: () => power !== undefined,
    boots: () => boots,
    cutLink: () => setLink('down'),
    restoreLink: () => setLink('up'),
    init,
    path: (file) => `/proc/${init()}/root${file}`,
  };
}

/** A machine that was turned on. */
interface Power {
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
interface Casing {
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
const REBOOT = 42;

const POWER_ON = join(import.meta.dirname, 'commands/power-on.sh');

/** Turns a machine on; it is off when this process ends, however that ends. */
function powerOn(site: Site, { port, mac, address, link, folder }: Casing): Power {
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
