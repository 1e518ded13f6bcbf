import { randomBytes } from 'node:crypto';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import {
  createDisk,
  type Disk,
  type FakeSettings,
  type Golden,
  installGolden,
  variables,
  writeFake,
  writeMachine,
} from './disk.ts';
import type { Call, PlannedFault } from './plan.ts';
import { createPower } from './power.ts';
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
  isOn(): boolean;
  /** How often it was turned on or has rebooted. */
  boots(): number;
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
  /** The steps that fake commands have come to since something was planned. */
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
interface Ended {
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
  /** What it calls itself; its name, if not given. */
  readonly hostname?: string;
  /** Whether its boot loader can start a system once, which is the rule. */
  readonly bootLoader?: 'systemd-boot' | 'none';
  /** Lines of its /etc/hosts. */
  readonly hosts?: readonly string[];
}

/** Makes a machine, its golden system installed, and leaves it off. */
export async function createMachine(site: Site, options: MachineOptions): Promise<Machine> {
  const number = site.plugIn(() => power.powerOff());
  const { name, golden, hosts = [], bootLoader = 'systemd-boot', agent = ['sleep', 'infinity'] } = options;
  const mac = options.mac ?? `02:68:65:61:72:${number.toString(16).padStart(2, '0')}`;
  const machineId = options.machineId ?? randomBytes(16).toString('hex');
  const disk = await createDisk(site, name);
  await installGolden(site, disk, golden);
  await writeMachine(disk, { name: options.hostname ?? name, machineId, hosts });
  let fake: FakeSettings = { clock: undefined, bootLoader, agent, compiled: site.compiled };
  const address = site.addressOf(number);
  const power = createPower(site, disk, { number, mac, address }, () => writeFake(disk, fake));
  return {
    name,
    address: address.split('/')[0] ?? '',
    mac,
    machineId,
    ...power,
    ...insideOf(power.path),
    ...writtenBy(disk),
    async exec(command, ...args) {
      const inside = ['--mount', '--net', '--uts', '--pid', '--', 'env', '-i', ...variables(fake)];
      const target = `--target=${power.init()}`;
      const ended = await execa('nsenter', [target, ...inside, command, ...args], { reject: false });
      return { exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    },
    async setClock(seconds) {
      fake = { ...fake, clock: seconds };
      await writeFake(disk, fake);
    },
    limit: disk.limit,
    diskPath: (file) => disk.path(`disk${file}`),
    async close() {
      await power.powerOff();
      await disk.remove();
    },
  };
}

/** What can be seen of a machine that is on. */
function insideOf(path: Machine['path']): Pick<Machine, 'runningClosure' | 'bootedClosure'> {
  const target = (link: string): Promise<string | undefined> => readlink(path(link)).catch(() => undefined);
  return {
    runningClosure: () => target('/run/current-system'),
    bootedClosure: () => target('/run/booted-system'),
  };
}

type Written = 'plan' | 'calls' | 'steps' | 'log' | 'bootClosure';

/** What its fakes read and write, and what stands on its boot partition. */
function writtenBy(disk: Disk): Pick<Machine, Written> {
  const read = (file: string): Promise<string> => readFile(disk.path(file), 'utf8').catch(() => '');
  const lines = async <T>(file: string) =>
    (await read(file))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  return {
    async plan(faults) {
      await writeFile(disk.path('fake/steps.jsonl'), '');
      await writeFile(disk.path('fake/plan.json'), JSON.stringify(faults));
    },
    calls: () => lines<Call>('fake/calls.jsonl'),
    steps: async () => (await lines<{ readonly at: string }>('fake/steps.jsonl')).map(({ at }) => at),
    log: (unit) => read(`fake/${unit}.log`),
    bootClosure: () => read('boot/loader/entry'),
  };
}
