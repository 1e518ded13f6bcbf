import type { DiskLayout, Machine, MachineFacts } from '@hearth/domain/schema/machine';

/** What NIO assigns: a copy of `spec.assignment`. */
export type Assignment = NonNullable<Machine['spec']['assignment']>;
export type Flake = NonNullable<Assignment['flake']>;
/** What a person wants to see compared: a copy of `spec.preview`. */
export type PreviewRequest = NonNullable<Machine['spec']['preview']>;
export type Probe = NonNullable<Assignment['probes']>[number];

/** A path of Nix's store. */
export type StorePath = string;

/** What a flake's repository asks for; a secret. */
export type FlakeCredentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'ssh'; readonly privateKey: string; readonly knownHosts: string };

/** A flake as it was fetched: exactly which one. */
export interface Fetched {
  /** How Nix calls it from then on, with the revision in it. */
  readonly reference: string;
  readonly revision?: string | undefined;
  readonly narHash: string;
}

/** Whether it is a commit as a status names one; a repository may have longer ones. */
export const isRevision = (revision: string | undefined): revision is string =>
  /^[0-9a-f]{40}$/.test(revision ?? '');

/** What the machine runs, and would run. */
export interface Standing {
  readonly running: StorePath;
  readonly booted?: StorePath | undefined;
  /** What the system profile, and with it the boot loader, names. */
  readonly nextBoot?: StorePath | undefined;
  readonly generation?: number | undefined;
  /** Another after every start of the machine. */
  readonly bootId: string;
  /** Seconds since the start, on a clock that nobody sets. */
  readonly uptime: number;
}

/** The paths that no garbage collection takes. */
export type Pin = 'golden' | 'known-good' | 'pending';

/** A transient unit: what runs beside the agent and outlives it. */
export type UnitState =
  | { readonly state: 'absent' }
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly exitCode: number; readonly output: string };

/** The units that the agent starts. */
export type UnitName = 'hearth-activation' | 'hearth-boot-entry';

/** Room in bytes, and what is needed of it. */
export interface Room {
  readonly storeFree: number;
  /** Of the boot partition; undefined where there is none of its own. */
  readonly bootFree?: number | undefined;
  /** What a kernel and an initial RAM disk take that are not there yet. */
  readonly bootNeeded: number;
}

/** A closure beside another, by what Nix and NixOS say of them. */
export interface ClosureContents {
  /** The store paths that it refers to, all the way down, with their sizes in bytes. */
  readonly paths: ReadonlyMap<StorePath, number>;
  /** What a running machine can't change: kernel, initial RAM disk, kernel parameters, kernel modules, init. */
  readonly boot: Readonly<Record<string, string>>;
  /** Units of systemd by name, each with where its file is. */
  readonly units: ReadonlyMap<string, string>;
}

/** A disk as the kernel has it now. */
export interface DiskDevice {
  readonly device: string;
  readonly serial: string;
  readonly bytes: number;
  readonly empty: boolean;
  /** Something of it is mounted, or used for swap. */
  readonly inUse: boolean;
}

/** How a system that was confirmed live is started once, while the boot loader's own choice stays as it is. */
export type TrialMethod = 'oneshot' | 'kexec' | 'none';

/** Nix: fetching, building, the store. */
export interface Store {
  /** @throws CommandFailed; aborts with the signal. */
  fetch(flake: Flake, credentials: FlakeCredentials | undefined, signal: AbortSignal): Promise<Fetched>;
  /** Builds a system and pins it as pending before it can be collected. */
  build(
    reference: string,
    attribute: string,
    credentials: FlakeCredentials | undefined,
    signal: AbortSignal,
  ): Promise<StorePath>;
  /** Whether a path is whole in the store. */
  isValid(path: StorePath): Promise<boolean>;
  pin(pin: Pin, path: StorePath | undefined): Promise<void>;
  pinned(pin: Pin): Promise<StorePath | undefined>;
  contents(path: StorePath): Promise<ClosureContents>;
  room(path: StorePath | undefined): Promise<Room>;
}

/** What makes another system the running one. */
export interface Activation {
  /** Starts `PATH/bin/switch-to-configuration` as a unit of its own; resolves once it is started. */
  start(unit: UnitName, path: StorePath, action: 'test' | 'boot'): Promise<void>;
  state(unit: UnitName): Promise<UnitState>;
  /** Ends it if it runs, and forgets it. */
  clear(unit: UnitName): Promise<void>;
  /** Whether somebody else is switching the machine just now: the lock is held. */
  isLocked(): Promise<boolean>;
  /** Units that have failed, or fail again and again. */
  failedUnits(): Promise<readonly string[]>;
  /** Makes a path the newest generation of the system profile; that alone boots nothing. */
  setProfile(path: StorePath): Promise<void>;
}

/** Who brings the machine back when no agent does: systemd, by a timer, and then by a restart. */
export interface Guard {
  /** Goes back to a path by itself after so many seconds, and restarts the machine where that does not help. */
  set(path: StorePath, seconds: number): Promise<void>;
  /** Has the next start of the machine end after a while, unless its agent has set a guard by then. */
  setForStart(): Promise<void>;
  /** There is none any more. @returns whether one was at it: then nobody knows what the machine is, but for a switch. */
  callOff(): Promise<boolean>;
}

/** Starting the machine anew. */
export interface Boot {
  trialMethod(): Promise<TrialMethod>;
  /** Prepares that the next start, and only that, is of this path, and restarts. */
  tryOnce(path: StorePath): Promise<void>;
  reboot(): Promise<void>;
}

/** Where an agent without a system puts one. */
export interface Installation {
  disks(): Promise<readonly DiskDevice[]>;
  /** What `partition` has marked the disk with. */
  mark(device: string): Promise<string | undefined>;
  /** Marks the disk, then makes the partitions, file systems and volume group of the layout, on that device alone. */
  partition(device: string, layout: DiskLayout, mark: string): Promise<void>;
  /** Mounts what `partition` made; harmless where it is mounted. */
  mount(device: string): Promise<string>;
  /** Whether `partition` has come to its end on this device. */
  isPartitioned(device: string): Promise<boolean>;
  install(path: StorePath, root: string): Promise<void>;
  /** All of it is on the disk. */
  finish(root: string): Promise<void>;
}

/** Everything that the agent does to its machine goes through here. All of it may be repeated. */
export interface System {
  readonly store: Store;
  readonly activation: Activation;
  readonly guard: Guard;
  readonly boot: Boot;
  readonly installation: Installation;
  standing(): Promise<Standing>;
  facts(): Promise<MachineFacts>;
  /** Which unit that brings a machine back a system lacks: its agent, or the guard of its start. */
  missingUnit(path: StorePath): Promise<string | undefined>;
  /** @throws ProbeFailed, with a sentence. */
  probe(probe: Probe, signal: AbortSignal): Promise<void>;
  /** Sets the machine's clock. */
  setClock(now: Date): Promise<void>;
}

/** A probe did not find what it looks for. */
export class ProbeFailed extends Error {
  constructor(name: string, why: string) {
    super(`the probe ${name} fails: ${why}`);
    this.name = 'ProbeFailed';
  }
}

/** A command ended otherwise than with 0; the message is fit for a status. */
export class CommandFailed extends Error {
  readonly exitCode: number | undefined;
  /** The end of what it said. */
  readonly output: string;

  constructor(command: string, exitCode: number | undefined, output: string, why: string) {
    super(`${command} ${why}${output === '' ? '' : `: ${lastLines(output)}`}`);
    this.name = 'CommandFailed';
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** Enough of an output for a sentence: what a program says last is usually why it ends. */
export function lastLines(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // Git, which Nix fetches with, calls its errors fatal.
  const errors = lines.filter((line) => /^(error|fatal)\b/.test(line));
  return (errors.length > 0 ? errors.slice(0, 3) : lines.slice(-3)).join(' ').slice(0, 600);
}
