import { randomUUID } from 'node:crypto';
import type { ProbeFailed, StorePath, UnitName, UnitState } from '../system/system.ts';

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
  readonly missingUnit?: string;
  /** Started with it, a machine has an agent that does not run. */
  readonly agentFails?: boolean;
  readonly probe?: ProbeFailed;
}

/** What is in the memory of a machine from one start to the next. Times in seconds of the test's clock. */
export interface FakeStart {
  running: StorePath;
  readonly booted: StorePath;
  readonly bootId: string;
  readonly since: number;
  readonly units: Map<UnitName | 'guard', Unit>;
  guard: { readonly path: StorePath; readonly at: number; begun: boolean } | undefined;
  /** When the guard of the start restarts the machine. */
  restartAt: number | undefined;
}

interface Unit {
  readonly path: StorePath;
  readonly action: 'test' | 'boot';
  readonly endsAt: number;
  ended?: { exitCode: number; output: string };
}

/** What the rest of the machine does when a unit comes to its end. */
export interface Effects {
  readonly closures: ReadonlyMap<StorePath, FakeClosure>;
  /** Writes the boot entry. */
  enter(path: StorePath): { exitCode: number; output: string };
}

/** Seconds that an activation takes, and from the guard's activation to its restart. */
const TAKES = 3;
const LIMIT = 15 * 60;
/** Seconds until the guard of a start restarts the machine. */
const START_LIMIT = 10 * 60;

/** A machine that was just started. */
export function createStart(path: StorePath, since: number, guarded: boolean): FakeStart {
  return {
    running: path,
    booted: path,
    bootId: randomUUID(),
    since,
    units: new Map(),
    guard: undefined,
    restartAt: guarded ? since + START_LIMIT : undefined,
  };
}

/** Begins an activation: one that finds the lock held gives up. */
export function startUnit(
  start: FakeStart,
  unit: UnitName | 'guard',
  path: StorePath,
  action: 'test' | 'boot',
  now: number,
): void {
  const refused = isSwitching(start) ? { ended: { exitCode: 1, output: 'Could not acquire lock' } } : {};
  start.units.set(unit, { path, action, endsAt: now + TAKES, ...refused });
}

/** Whether the lock is held. */
export function isSwitching({ units }: FakeStart): boolean {
  return [...units.values()].some(({ ended }) => ended === undefined);
}

/** What systemd says of a unit. */
export function stateOf(unit: Unit | undefined): UnitState {
  if (!unit) return { state: 'absent' };
  return unit.ended ? { state: 'ended', ...unit.ended } : { state: 'running' };
}

/** Sets both timers of the guard, in place of whatever there was. */
export function setGuard(start: FakeStart, path: StorePath, at: number): void {
  callOffGuard(start);
  start.guard = { path, at, begun: false };
}

/** There is no guard any more; whether it was at it, or has failed. */
export function callOffGuard(start: FakeStart): boolean {
  const unit = start.units.get('guard');
  start.units.delete('guard');
  start.guard = undefined;
  start.restartAt = undefined;
  return unit !== undefined && unit.ended?.exitCode !== 0;
}

/** Lets time pass until now, or until the machine restarts by itself: then, when that was. */
export function passTime(start: FakeStart, now: number, effects: Effects): number | undefined {
  for (;;) {
    const [first] = events(start, effects)
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at);
    if (first === undefined) return undefined;
    if (first.happens === undefined) return first.at;
    first.happens();
  }
}

interface Event {
  readonly at: number;
  /** Undefined: the machine restarts. */
  readonly happens: (() => void) | undefined;
}

function events(start: FakeStart, effects: Effects): Event[] {
  const { guard, restartAt, units } = start;
  const found: Event[] = [...units.values()].flatMap((unit) =>
    unit.ended || (unit.action === 'test' && effects.closures.get(unit.path)?.hangs)
      ? []
      : [{ at: unit.endsAt, happens: () => end(start, unit, effects) }],
  );
  if (restartAt !== undefined) found.push({ at: restartAt, happens: undefined });
  if (guard) found.push({ at: guard.at + LIMIT, happens: undefined });
  if (guard && !guard.begun) found.push({ at: guard.at, happens: () => goBack(start, guard) });
  return found;
}

function end(start: FakeStart, unit: Unit, { closures, enter }: Effects): void {
  const { exitCode = 0, output = '' } = closures.get(unit.path) ?? {};
  if (unit.action === 'test' && exitCode !== 100 && exitCode !== 1) start.running = unit.path;
  unit.ended = unit.action === 'test' ? { exitCode, output } : enter(unit.path);
}

/** systemd ends the activation on trial first: that is all the guard does about a lock. */
function goBack(start: FakeStart, guard: NonNullable<FakeStart['guard']>): void {
  guard.begun = true;
  start.units.delete('hearth-activation');
  startUnit(start, 'guard', guard.path, 'test', guard.at);
}
