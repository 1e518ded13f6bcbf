import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { isUnderWay } from '../assignment.ts';
import type { Member, Write } from './member.ts';
import { planRevert } from './revert.ts';
import type { Progress } from './standing.ts';
import { goldenTask } from './task.ts';

/** What is done about machines that go back to what they were installed with. */
export interface Reverts {
  readonly writes: readonly Write[];
  /** Of those that are on their way, and those whose target it is. */
  readonly progress: readonly Progress[];
  /** How many of them may be down. */
  readonly down: number;
  /** When to try again, in milliseconds. */
  readonly waits: readonly number[];
}

const goesBack = ({ machine, role }: Member): boolean =>
  role === 'leaves' || (role === 'has' && machine.spec.target === 'Golden');

/**
 * Decides about machines that a configuration lets go, and those that a person sends back (`spec.target`). Of the former
 * no more are taken down at the same time than in a rollout. One that is lost takes no place: it is told, and goes back
 * when it comes back.
 */
export function decideReverts(
  configuration: Immutable<NixOSConfiguration>,
  members: readonly Member[],
): Reverts {
  const golden = goldenTask(configuration);
  const back = members.filter(goesBack);
  const down = members.filter(({ machine, role }) => typeof role === 'string' && isChanging(machine)).length;
  let room = configuration.spec.rollout.maxUnavailable - down;
  const takesRoom = ({ machine, role }: Member) =>
    role === 'leaves' && machine.status?.state !== 'Lost' && !isUnderWay(machine);
  const each = back.map((member): Partial<Write> & { progress?: Progress; after?: number } => {
    const { machine, role, failedFor } = member;
    const { name } = machine.metadata;
    if (role === 'leaves' && configuration.spec.onRemove === 'Keep')
      return { machine, assignment: undefined };
    const revert = planRevert(machine, golden, failedFor);
    if (revert.step === 'done')
      return role === 'leaves' ? released(machine) : { progress: { name, ...SENT_BACK } };
    if (revert.step === 'wait') {
      return {
        progress: { name, state: 'Reverting', message: revert.message },
        ...(revert.after && { after: revert.after }),
      };
    }
    if (takesRoom(member) && room-- <= 0) {
      return { progress: { name, state: 'Reverting', message: 'Its turn to go back has not come.' } };
    }
    const message = 'It goes back to what it was installed with.';
    return { machine, assignment: revert.assignment, progress: { name, state: 'Reverting', message } };
  });
  return {
    writes: each.flatMap(({ machine, assignment }) => (machine ? [{ machine, assignment }] : [])),
    progress: each.flatMap(({ progress }) => progress ?? []),
    down: back.filter(({ machine }) => isChanging(machine)).length,
    waits: each.flatMap(({ after }) => after ?? []),
  };
}

const SENT_BACK = {
  state: 'Done',
  message: 'It runs what it was installed with, as its target says.',
} as const;

/** It changes, as far as anybody can tell. */
function isChanging(machine: Immutable<Machine>): boolean {
  return machine.status?.state !== 'Lost' && isUnderWay(machine);
}

/** A machine that is golden stays so, and no configuration has to do with it any more. */
function released(machine: Immutable<Machine>): Partial<Write> {
  const { assignment } = machine.spec;
  if (assignment?.configuration === undefined) return {};
  const { configuration: _, ...rest } = assignment;
  return { machine, assignment: rest };
}
