import { randomUUID } from 'node:crypto';
import type { MachineFacts } from '@hearth/domain/schema/machine';
import { parseJournal } from '../journal/journal.ts';
import type { JournalStore } from '../journal/store.ts';
import {
  CommandFailed,
  type Pin,
  type ProbeFailed,
  type StorePath,
  type System,
  type TrialMethod,
  type UnitName,
  type UnitState,
} from '../system/system.ts';
import type { AutoClock } from './auto-clock.ts';

/** What a system does when it is activated or started. */
export interface FakeClosure {
  /** Of its switch-to-configuration. */
  readonly exitCode?: number;
  readonly output?: string;
  readonly kernel?: string;
  readonly hangs?: boolean;
  readonly cutsNetwork?: boolean;
  readonly failedUnits?: readonly string[];
  readonly bootEntryFails?: string;
  /** A machine that is started with it never gets up. */
  readonly doesNotStart?: boolean;
  readonly hasAgent?: boolean;
  readonly probe?: ProbeFailed;
}

/** The agent was killed, or the power is gone: nobody hears of what it was about. */
export class Killed extends Error {}

/** A machine in memory: what is on its disk stays when its power goes. */
export interface FakeMachine {
  readonly system: System;
  readonly journal: JournalStore;
  readonly closures: Map<StorePath, FakeClosure>;
  /** Calls so far, by name. */
  readonly calls: readonly string[];
  /** Throws Killed at that call, before or after its effect. */
  killAt(call: number, when: 'before' | 'after'): void;
  losePower(): void;
  running(): StorePath;
  nextBoot(): StorePath;
  profile(): StorePath;
  pinned(pin: Pin): StorePath | undefined;
  reachable(): boolean;
  built: StorePath;
  builds: { fetch?: CommandFailed; build?: CommandFailed; narHash: string };
  room: { storeFree: number; bootFree: number; bootNeeded: number };
  locked: boolean;
  /** How often it was restarted by what runs on it. */
  readonly restarts: () => number;
}

interface Unit {
  readonly path: StorePath;
  readonly action: 'test' | 'boot';
  readonly endsAt: number;
  ended?: { exitCode: number; output: string };
}

/** Seconds that an activation takes. */
const TAKES = 3;

/** A machine that was started with a closure, and never had another. */
export function createFakeMachine(
  golden: StorePath,
  closures: Readonly<Record<StorePath, FakeClosure>>,
  clock: AutoClock,
  trialMethod: TrialMethod = 'oneshot',
): FakeMachine {
  const disk = {
    profile: golden,
    entry: golden,
    oneshot: undefined as StorePath | undefined,
    pins: new Map<Pin, StorePath>(),
    journal: undefined as string | undefined,
  };
  const known = new Map(Object.entries(closures));
  const calls: string[] = [];
  let memory = started(golden);
  let restarts = 0;
  let kill: { readonly call: number; readonly when: 'before' | 'after' } | undefined;

  function started(path: StorePath) {
    return {
      running: path,
      booted: path,
      bootId: randomUUID(),
      since: clock.seconds(),
      units: new Map<UnitName, Unit>(),
      guard: undefined as { path: StorePath; at: number } | undefined,
    };
  }
  const start = () => {
    const once = disk.oneshot;
    disk.oneshot = undefined;
    // The watchdog starts it again, with what the loader has as its own choice.
    const path = once !== undefined && !known.get(once)?.doesNotStart ? once : disk.entry;
    memory = started(path);
  };
  const activate = (path: StorePath) => {
    const { exitCode = 0, output = '' } = known.get(path) ?? {};
    if (exitCode !== 100 && exitCode !== 1) memory.running = path;
    return { exitCode, output };
  };
  const enter = (path: StorePath) => {
    const failed = known.get(path)?.bootEntryFails;
    if (failed !== undefined) return { exitCode: 1, output: failed };
    disk.entry = path;
    return { exitCode: 0, output: '' };
  };
  /** What would have happened by now, whether somebody looked or not. */
  const catchUp = () => {
    const now = clock.seconds();
    for (const unit of memory.units.values()) {
      const hangs = unit.action === 'test' && known.get(unit.path)?.hangs;
      if (unit.ended || hangs || now < unit.endsAt) continue;
      unit.ended = unit.action === 'test' ? activate(unit.path) : enter(unit.path);
    }
    if (memory.guard && now >= memory.guard.at) {
      const { path } = memory.guard;
      memory.guard = undefined;
      memory.units.delete('hearth-activation');
      activate(path);
    }
  };
  const call = async <T>(name: string, effect: () => T): Promise<T> => {
    catchUp();
    calls.push(name);
    const dies = kill?.call === calls.length ? kill.when : undefined;
    if (dies === 'before') throw new Killed(name);
    const result = effect();
    if (dies === 'after') throw new Killed(name);
    return result;
  };

  const machine: FakeMachine = {
    closures: known,
    calls,
    built: golden,
    builds: { narHash: `sha256-${'A'.repeat(43)}=` },
    room: { storeFree: 2 ** 30, bootFree: 2 ** 28, bootNeeded: 2 ** 24 },
    locked: false,
    killAt(at, when) {
      kill = { call: at, when };
    },
    losePower: start,
    restarts: () => restarts,
    running() {
      catchUp();
      return memory.running;
    },
    nextBoot: () => disk.entry,
    profile: () => disk.profile,
    pinned: (pin) => disk.pins.get(pin),
    reachable() {
      catchUp();
      return !known.get(memory.running)?.cutsNetwork;
    },
    journal: {
      read: async () => (disk.journal === undefined ? undefined : parseJournal(disk.journal)),
      write: (journal) =>
        call('journal.write', () => {
          disk.journal = JSON.stringify(journal);
        }),
    },
    system: {
      standing: () =>
        call('standing', () => ({
          running: memory.running,
          booted: memory.booted,
          nextBoot: disk.profile,
          bootId: memory.bootId,
          uptime: clock.seconds() - memory.since,
        })),
      facts: async () => FACTS,
      hasAgent: async (path) => known.get(path)?.hasAgent !== false,
      setClock: async () => undefined,
      probe: (probe) =>
        call('probe', () => {
          const failed = known.get(memory.running)?.probe;
          if (failed?.message.includes(probe.name)) throw failed;
        }),
      store: {
        fetch: () =>
          call('fetch', () => {
            if (machine.builds.fetch) throw machine.builds.fetch;
            return {
              reference: 'git+https://git/home',
              revision: 'a'.repeat(40),
              narHash: machine.builds.narHash,
            };
          }),
        build: () =>
          call('build', () => {
            if (machine.builds.build) throw machine.builds.build;
            disk.pins.set('pending', machine.built);
            return machine.built;
          }),
        isValid: async (path) => known.has(path),
        pinned: (pin) => call('pinned', () => disk.pins.get(pin)),
        pin: (pin, path) =>
          call(`pin ${pin}`, () => {
            if (path === undefined) disk.pins.delete(pin);
            else disk.pins.set(pin, path);
          }),
        room: async () => machine.room,
        contents: async (path) => ({
          paths: new Map([[path, 1000]]),
          boot: { kernel: known.get(path)?.kernel ?? '1' },
          units: new Map(),
        }),
      },
      activation: {
        start: (unit, path, action) =>
          call(`start ${unit}`, () => {
            if (memory.units.has(unit))
              throw new CommandFailed('systemd-run', 1, 'already loaded', 'ended with 1');
            memory.units.set(unit, { path, action, endsAt: clock.seconds() + TAKES });
          }),
        state: (unit) => call(`state ${unit}`, () => stateOf(memory.units.get(unit))),
        clear: (unit) => call(`clear ${unit}`, () => void memory.units.delete(unit)),
        isLocked: async () => machine.locked,
        failedUnits: () => call('failedUnits', () => known.get(memory.running)?.failedUnits ?? []),
        guard: (path, seconds) =>
          call(path === undefined ? 'guard off' : 'guard', () => {
            memory.guard = path === undefined ? undefined : { path, at: clock.seconds() + seconds };
          }),
        setProfile: (path) =>
          call('setProfile', () => {
            disk.profile = path;
          }),
      },
      boot: {
        trialMethod: async () => trialMethod,
        tryOnce: (path) =>
          call('tryOnce', () => {
            disk.oneshot = path;
            restart();
          }),
        reboot: () => call('reboot', restart),
      },
      installation: {
        disks: async () => [],
        mark: async () => undefined,
        partition: async () => undefined,
        isPartitioned: async () => false,
        mount: async () => '/mnt',
        install: async () => undefined,
        finish: async () => undefined,
      },
    },
  };
  /** A machine that restarts takes the agent with it. */
  function restart(): never {
    restarts++;
    start();
    throw new Killed('restart');
  }
  return machine;
}

function stateOf(unit: Unit | undefined): UnitState {
  if (!unit) return { state: 'absent' };
  return unit.ended ? { state: 'ended', ...unit.ended } : { state: 'running' };
}

/** A machine like any other. */
export const FACTS: MachineFacts = {
  machineId: '0123456789abcdef0123456789abcdef',
  architecture: 'x86_64',
  firmware: 'uefi',
  cores: 2,
  memoryBytes: 2 ** 32,
  disks: [],
  interfaces: [{ name: 'eth0', mac: '52:54:00:12:34:56', addresses: ['192.168.1.7'] }],
};
