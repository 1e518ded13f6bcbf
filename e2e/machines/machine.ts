import { randomBytes } from 'node:crypto';
import { appendFile, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import {
  createDisk,
  type FakeSettings,
  type Golden,
  installGolden,
  variables,
  writeFake,
  writeMachine,
} from './disk.ts';
import type { Call, PlannedFault } from './plan.ts';
import { type Power, powerOn, REBOOT } from './power.ts';
import type { Site } from './site.ts';

/** A machine: a kernel's worth of namespaces, a disk that stays, and nothing of it outside of its site. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly mac: string;
  readonly machineId: string;
  /**
   * Turns it on: the boot entry's closure is activated, and its units are started.
   * @throws Error when there is nothing bootable, with what its console said.
   */
  boot(): Promise<void>;
  /** Takes its power away: all its processes and its memory are gone, its disk is as it is. */
  powerOff(): Promise<void>;
  readonly isOn: boolean;
  /** How often it was turned on or has rebooted. */
  readonly boots: number;
  /** Pulls its cable, or puts it in again. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** Runs a command on it; how that ended. */
  exec(command: string, ...args: readonly string[]): Promise<Ended>;
  /** Lets its clock be wrong by that many seconds, from the next start of what looks at it. */
  setClock(seconds: number): Promise<void>;
  /** Says what goes wrong from now on, instead of what was planned before. */
  plan(faults: readonly PlannedFault[]): Promise<void>;
  /** The calls of fake commands so far. */
  calls(): Promise<readonly Call[]>;
  /** The steps that fake commands have come to so far. */
  steps(): Promise<readonly string[]>;
  /** The closure that runs. */
  runningClosure(): Promise<string | undefined>;
  /** The closure that it was turned on with. */
  bootedClosure(): Promise<string | undefined>;
  /** The closure that it would be turned on with. */
  bootClosure(): Promise<string>;
  /** Leaves that many bytes free on its disk or boot partition; without a number, all of it is there again. */
  limit(part: 'disk' | 'boot', free?: number): Promise<void>;
  /** Where this process finds a file of its disk: below /nix, /etc or /var. */
  diskPath(path: string): string;
  /** Where this process finds a file of the machine that runs. */
  path(path: string): string;
  /** What a unit has printed, since the disk is there. */
  log(unit: string): Promise<string>;
  /** Turns it off and scraps its disk. */
  close(): Promise<void>;
}

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a machine is made of. */
export interface MachineOptions {
  readonly name: string;
  /** What is on its disk when it is turned on for the first time. */
  readonly golden: Golden;
  /** What its agent's unit runs; the machine's own name and files are there for it. */
  readonly agent?: readonly string[];
  readonly mac?: string;
  readonly machineId?: string;
  /** Whether its boot loader can start a system once, which is the rule. */
  readonly bootLoader?: 'systemd-boot' | 'none';
  /** Lines of its /etc/hosts. */
  readonly hosts?: readonly string[];
}

/** Makes a machine, its golden system installed, and leaves it off. */
export async function createMachine(site: Site, options: MachineOptions): Promise<Machine> {
  const number = site.plugIn(() => powerOff());
  const { name, agent = ['sleep', 'infinity'] } = options;
  const mac = options.mac ?? `02:68:65:61:72:${number.toString(16).padStart(2, '0')}`;
  const machineId = options.machineId ?? randomBytes(16).toString('hex');
  const disk = await createDisk(site, name);
  await installGolden(site, disk, options.golden);
  await writeMachine(disk, { name, machineId, hosts: options.hosts ?? [] });
  let fake: FakeSettings = { clock: undefined, bootLoader: options.bootLoader ?? 'systemd-boot', agent };
  let boots = 0;
  let link: 'up' | 'down' = 'up';
  let power: Power | undefined;

  const address = site.addressOf(number);
  const port = () => `m${number}b${boots}`;
  const boot = async () => {
    if (power !== undefined) throw new Error(`${name} is on already`);
    boots += 1;
    await writeFake(disk, fake);
    await rm(disk.path('fake/state'), { force: true });
    const started = powerOn(site, { port: port(), mac, address, link, folder: disk.folder });
    power = started;
    void started.ended.then((code) => {
      power = undefined;
      // Who waits for it hears of what went wrong; one that restarts by itself has nobody waiting.
      if (code === REBOOT)
        void boot().catch((error: Error) => appendFile(disk.path('fake/console'), error.message));
    });
    await started.up();
  };
  const running = () => {
    const init = power?.init();
    if (init === undefined) throw new Error(`${name} is off`);
    return init;
  };
  const path = (file: string) => `/proc/${running()}/root${file}`;
  const inside = (...command: readonly string[]) =>
    execa('nsenter', [`--target=${running()}`, '--mount', '--net', '--pid', '--', ...command], {
      reject: false,
    });
  const setLink = async (state: 'up' | 'down') => {
    link = state;
    if (power !== undefined) await site.run('ip', 'link', 'set', port(), state);
  };
  const lines = async <T>(file: string) =>
    (await read(disk.path(`fake/${file}`)))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  const powerOff = async () => {
    const off = power;
    if (off === undefined) return;
    off.cut();
    await off.ended;
    power = undefined;
  };
  return {
    name,
    address: address.split('/')[0] ?? '',
    mac,
    machineId,
    boot,
    powerOff,
    get isOn() {
      return power !== undefined;
    },
    get boots() {
      return boots;
    },
    cutLink: () => setLink('down'),
    restoreLink: () => setLink('up'),
    async exec(command, ...args) {
      const { exitCode, stdout, stderr } = await inside('env', '-i', ...variables(fake), command, ...args);
      return { exitCode, stdout, stderr };
    },
    async setClock(seconds) {
      fake = { ...fake, clock: seconds };
      await writeFake(disk, fake);
    },
    plan: (faults) => writeFile(disk.path('fake/plan.json'), JSON.stringify(faults)),
    calls: () => lines<Call>('calls.jsonl'),
    steps: async () => (await lines<{ readonly at: string }>('steps.jsonl')).map(({ at }) => at),
    runningClosure: () => target(path('/run/current-system')),
    bootedClosure: () => target(path('/run/booted-system')),
    bootClosure: () => readFile(disk.path('boot/loader/entry'), 'utf8'),
    limit: disk.limit,
    diskPath: (file) => disk.path(`disk${file}`),
    path,
    log: (unit) => read(disk.path(`fake/${unit}.log`)),
    async close() {
      await powerOff();
      await disk.remove();
    },
  };
}

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

const target = (link: string): Promise<string | undefined> => readlink(link).catch(() => undefined);
