import type { MachineFacts } from '@hearth/domain/schema/machine';
import { parseJournal } from '../journal/journal.ts';
import type { JournalStore } from '../journal/store.ts';
import { CommandFailed, type Pin, type StorePath, type System, type TrialMethod } from '../system/system.ts';
import type { AutoClock } from './auto-clock.ts';
import {
  callOffGuard,
  createStart,
  type FakeClosure,
  isSwitching,
  passTime,
  setGuard,
  startUnit,
  stateOf,
} from './fake-start.ts';

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
  /** Whether an agent can run there now. */
  hasAgent(): boolean;
  built: StorePath;
  builds: { fetch?: CommandFailed; build?: CommandFailed; narHash: string };
  room: { storeFree: number; bootFree: number; bootNeeded: number };
  locked: boolean;
  /** How often it was restarted by what runs on it. */
  readonly restarts: () => number;
}

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
    /** Whether the next start has a guard. */
    guarded: false,
  };
  const known = new Map(Object.entries(closures));
  const calls: string[] = [];
  let memory = createStart(golden, clock.seconds(), false);
  let restarts = 0;
  let kill: { readonly call: number; readonly when: 'before' | 'after' } | undefined;

  const start = (now: number) => {
    const once = disk.oneshot;
    disk.oneshot = undefined;
    // The watchdog starts it again, with what the loader has as its own choice.
    const path = once !== undefined && !known.get(once)?.doesNotStart ? once : disk.entry;
    memory = createStart(path, now, disk.guarded);
  };
  const enter = (path: StorePath) => {
    const failed = known.get(path)?.bootEntryFails;
    if (failed !== undefined) return { exitCode: 1, output: failed };
    disk.entry = path;
    return { exitCode: 0, output: '' };
  };
  /** What would have happened by now, whether somebody looked or not; whether the machine has restarted. */
  const catchUp = (): boolean => {
    const before = memory;
    for (;;) {
      const at = passTime(memory, clock.seconds(), { closures: known, enter });
      if (at === undefined) return memory !== before;
      // Whoever guards a start does so once.
      disk.guarded = false;
      start(at);
    }
  };
  const call = async <T>(name: string, effect: () => T): Promise<T> => {
    if (catchUp()) throw new Killed('restart');
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
    losePower() {
      catchUp();
      start(clock.seconds());
    },
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
    hasAgent() {
      catchUp();
      return !known.get(memory.booted)?.agentFails;
    },
    journal: {
      read: async () => {
        const text = disk.journal;
        return text === undefined ? undefined : (parseJournal(text) ?? { unreadable: text });
      },
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
      missingUnit: async (path) => known.get(path)?.missingUnit,
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
            startUnit(memory, unit, path, action, clock.seconds());
          }),
        state: (unit) => call(`state ${unit}`, () => stateOf(memory.units.get(unit))),
        clear: (unit) => call(`clear ${unit}`, () => void memory.units.delete(unit)),
        isLocked: async () => machine.locked || isSwitching(memory),
        failedUnits: () => call('failedUnits', () => known.get(memory.running)?.failedUnits ?? []),
        setProfile: (path) =>
          call('setProfile', () => {
            disk.profile = path;
          }),
      },
      guard: {
        set: (path, seconds) =>
          call('guard set', () => {
            setGuard(memory, path, clock.seconds() + seconds);
            disk.guarded = false;
          }),
        setForStart: () =>
          call('guard setForStart', () => {
            disk.guarded = true;
          }),
        callOff: () =>
          call('guard callOff', () => {
            disk.guarded = false;
            return callOffGuard(memory);
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
    start(clock.seconds());
    throw new Killed('restart');
  }
  return machine;
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
