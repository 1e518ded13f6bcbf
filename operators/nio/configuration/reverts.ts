import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { isUnderWay } from '../assignment.ts';
import type { Member, Write } from './member.ts';
import { planRevert } from './revert.ts';
import { isUnavailable, type Progress } from './standing.ts';
import { goldenTask, nextAttempt, type Wanted } from './task.ts';

/** What is done about machines that go back to what they were installed with. */
export interface Reverts {
  readonly writes: readonly Write[];
  /** Of those that are on their way, and those whose target it is. */
  readonly progress: readonly Progress[];
  /** How many of them may be down, those that are told now too. */
  readonly down: number;
  /** When to try again, in milliseconds. */
  readonly waits: readonly number[];
}

const goesBack = ({ machine, role }: Member): boolean =>
  role === 'leaves' || (role === 'has' && machine.spec.target === 'Golden');

/** What is done about one of them. */
interface Step {
  readonly write?: Write;
  readonly progress?: Progress;
  readonly after?: number;
}

/**
 * Decides about machines that a configuration lets go, and those that a person sends back (`spec.target`). Of the former
 * no more are taken down at the same time than in a rollout, counting what changes or can't be reached among those that
 * stay. One that is lost itself takes no place: it is told, and goes back when it comes back.
 */
export function decideReverts(
  configuration: Immutable<NixOSConfiguration>,
  members: readonly Member[],
): Reverts {
  const golden = goldenTask(configuration);
  const isKept = configuration.spec.onRemove === 'Keep';
  const back = members.filter(goesBack);
  // Whom a person sends back goes first: nobody is asked whether there is room for it.
  const inTurn = [...back.filter(({ role }) => role === 'has'), ...back.filter(({ role }) => role !== 'has')];
  let down = back.filter(({ machine }) => isChanging(machine)).length;
  let room = configuration.spec.rollout.maxUnavailable - down - members.filter(isDownAnyhow).length;
  const steps = inTurn.map((member): Step => {
    const { machine, role } = member;
    if (role === 'leaves' && isKept) return { write: { machine, assignment: undefined } };
    const takesRoom = machine.status?.state !== 'Lost' && !isUnderWay(machine);
    const step = stepOf(member, golden, role === 'has' || !takesRoom || room > 0);
    if (step.write && step.progress && takesRoom) {
      down++;
      room--;
    }
    return step;
  });
  return {
    writes: steps.flatMap(({ write }) => write ?? []),
    progress: steps.flatMap(({ progress }) => progress ?? []),
    down,
    waits: steps.flatMap(({ after }) => after ?? []),
  };
}

/** One that goes back is both written and told of; one that is released is written alone. */
function stepOf({ machine, role, failedFor }: Member, golden: Wanted, mayBegin: boolean): Step {
  const { name } = machine.metadata;
  const revert = planRevert(machine, golden, failedFor);
  const reverting = (message: string): Progress => ({ name, state: 'Reverting', message });
  if (revert.step === 'done') {
    if (role === 'has') return { progress: { name, ...SENT_BACK } };
    const write = released(machine, golden);
    return write ? { write } : {};
  }
  if (revert.step === 'wait')
    return { progress: reverting(revert.message), ...(revert.after && { after: revert.after }) };
  if (!mayBegin) return { progress: reverting('Its turn to go back has not come.') };
  const { assignment } = revert;
  return {
    write: { machine, assignment },
    progress: reverting('It goes back to what it was installed with.'),
  };
}

/** One that stays, and is down all the same: it changes, or can't be reached. */
const isDownAnyhow = (member: Member): boolean =>
  member.role === 'has' && !goesBack(member) && (isChanging(member.machine) || isUnavailable(member.machine));

const SENT_BACK = {
  state: 'Done',
  message: 'It runs what it was installed with, as its target says.',
} as const;

/** It changes, as far as anybody can tell. */
function isChanging(machine: Immutable<Machine>): boolean {
  return machine.status?.state !== 'Lost' && isUnderWay(machine);
}

/**
 * A machine that is golden stays so, and no configuration has to do with it any more. One that was not to be told, as it
 * was in the installer, is to be golden too when it comes out of it.
 */
function released(machine: Immutable<Machine>, golden: Wanted): Write | undefined {
  const { assignment } = machine.spec;
  if (assignment?.configuration === undefined) return undefined;
  const next = assignment.action === 'Apply' ? nextAttempt(golden, assignment, 0) : assignment;
  const { configuration: _, ...rest } = next;
  return { machine, assignment: rest };
}
