import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { isAdmitted, type Task, taskDigest } from '../assignment.ts';
import { planRevert, type Revert } from '../configuration/revert.ts';
import type { Wanted } from '../configuration/task.ts';

const task: Task = {
  action: 'Golden',
  confirmWindow: '10m',
  drift: 'Correct',
  reboot: 'WhenNeeded',
  credentials: false,
};

/** What a machine is to be that no configuration has. */
const GOLDEN: Wanted = { task, digest: taskDigest(task) };

/**
 * How far a machine is on its way back to golden, where no configuration takes it there.
 * @param phaseAge milliseconds since its agent is in the phase that it is in.
 */
export const planGolden = (machine: Immutable<Machine>, phaseAge: number): Revert =>
  planRevert(machine, GOLDEN, phaseAge);

/** How long a deleted machine has to go back to golden, in milliseconds. All the while it is let in. */
const LONGEST_LEAVING = 3600_000;

/** When a machine is let go, whatever it says; undefined where it is not deleted. In milliseconds since 1970. */
export function leavesBy({ metadata: { deletionTimestamp } }: Immutable<Machine>): number | undefined {
  return deletionTimestamp === undefined ? undefined : Date.parse(deletionTimestamp) + LONGEST_LEAVING;
}

/**
 * What is left to do before a deleted machine may go: it is taken back to golden while it can still be told to, and there
 * is time. One that is given up goes at once, and so does one that was never let in. That it is back, it says itself:
 * one that never does is let go all the same.
 */
export function planLeaving(machine: Immutable<Machine>, phaseAge: number, now: Date): Revert {
  const isOver = now.getTime() >= (leavesBy(machine) ?? Number.POSITIVE_INFINITY);
  const goesAtOnce = machine.spec.forget || isOver || !isAdmitted(machine);
  return goesAtOnce ? { step: 'done' } : planGolden(machine, phaseAge);
}
