import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { type Assignment, isToBeInstalled, isUnderWay } from '../assignment.ts';
import { retryDelay } from './retry.ts';
import { nextAttempt, type Wanted } from './task.ts';

/** How far a machine is on its way back to what it was installed with. */
export type Revert =
  /** It is there, or has nothing to go back from. */
  | { readonly step: 'done' }
  | { readonly step: 'begin'; readonly assignment: Immutable<Assignment> }
  | { readonly step: 'wait'; readonly message: string; readonly after?: number };

/**
 * Decides what a machine needs to be golden again. That it is, is seen by the store path that it runs, and by its own
 * word that it has ended: one that is in the midst of a change may run its golden system still.
 * @param failedFor milliseconds since its last attempt was first seen to have failed.
 */
export function planRevert(machine: Immutable<Machine>, golden: Wanted, failedFor: number): Revert {
  const { spec, status } = machine;
  const { assignment } = spec;
  const system = status?.agent?.system;
  const apply = status?.agent?.apply;
  if (!system || isToBeInstalled(machine)) return { step: 'done' };
  if (!assignment && system.running === system.golden) return { step: 'done' };
  if (assignment?.action !== 'Golden')
    return { step: 'begin', assignment: nextAttempt(golden, assignment, 0) };
  if (isUnderWay(machine)) return { step: 'wait', message: whileItGoes(machine) };
  if (apply?.phase === 'Done') {
    const isGolden = system.golden !== undefined && system.running === system.golden;
    return isGolden ? { step: 'done' } : { step: 'wait', message: strayed(system) };
  }
  const due = retryDelay(assignment.id) - failedFor;
  if (due <= 0) return { step: 'begin', assignment: nextAttempt(golden, assignment, 0) };
  return { step: 'wait', message: `It could not go back, and tries again: ${apply?.message}`, after: due };
}

function whileItGoes({ status }: Immutable<Machine>): string {
  return status?.state === 'Lost'
    ? 'It can’t be reached. It goes back as soon as it is there again; if it is gone for good, set spec.forget: true on ' +
        'the Machine.'
    : 'It goes back to what it was installed with.';
}

function strayed({
  golden,
  running,
}: {
  readonly golden?: string | undefined;
  readonly running: string;
}): string {
  return golden === undefined
    ? 'It does not say what it was installed with.'
    : `It says that it went back, and runs ${running} instead of ${golden}.`;
}
