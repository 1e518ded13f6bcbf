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

/**
 * What is left to do before a deleted machine may go: it is taken back to golden while it can still be told to. One that
 * is given up goes at once, and so does one that was never let in.
 */
export function planLeaving(machine: Immutable<Machine>, phaseAge: number): Revert {
  const goesAtOnce = machine.spec.forget || !isAdmitted(machine);
  return goesAtOnce ? { step: 'done' } : planGolden(machine, phaseAge);
}
