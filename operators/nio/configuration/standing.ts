import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { isToBeInstalled, isUnderWay, parseAttemptId } from '../assignment.ts';
import type { RolloutMachine } from '../rollout/decide.ts';
import { isCondemned, type Quarantined, quarantineOf } from './quarantine.ts';
import { retryDelay } from './retry.ts';
import type { Wanted } from './task.ts';

/** A line of `status.machines`. */
export type Progress = NonNullable<NonNullable<Immutable<NixOSConfiguration>['status']>['machines']>[number];

/** How a machine stands to what is wanted of it. */
export interface Standing {
  readonly name: string;
  readonly machine: Immutable<Machine>;
  readonly rollout: RolloutMachine;
  readonly progress: Progress;
  /** It was told something that nobody wants any more, and has not begun it: that is to be taken back. */
  readonly isVoid: boolean;
  /** Milliseconds until it may try again. */
  readonly after?: number;
}

/** What a standing is judged by. */
export interface Circumstances {
  /** Undefined: why nothing can be wanted of it now. */
  readonly wanted: Wanted | { readonly missing: string };
  readonly revision: string;
  readonly quarantine: readonly Quarantined[];
  /** `rollout.attempt`. */
  readonly attempt: number;
  /** Milliseconds since the machine’s last attempt was first seen to have failed. */
  readonly failedFor: number;
}

type Judgement = Pick<RolloutMachine, 'phase' | 'turn'> &
  Pick<Progress, 'state' | 'message'> & { after?: number };

/** Judges a machine by what it says of itself. */
export function standingOf(machine: Immutable<Machine>, circumstances: Circumstances): Standing {
  const { after, phase, turn, ...progress } = judge(machine, circumstances);
  const { name } = machine.metadata;
  const { status } = machine;
  const apply = status?.agent?.apply;
  const closure =
    phase === 'Done' ? (apply?.closure ?? status?.agent?.system?.running) : status?.agent?.system?.running;
  const revision =
    phase === 'Done' || phase === 'Changing' ? machine.spec.assignment?.flake?.revision : undefined;
  return {
    name,
    machine,
    rollout: { name, phase, turn, unavailable: isUnavailable(machine) },
    isVoid: isVoid(machine, circumstances),
    progress: { name, ...progress, ...(revision && { revision }), ...(closure && { closure }) },
    ...(after === undefined ? {} : { after }),
  };
}

/** A machine that had its system, and can’t be reached or isn’t ready. One that is being installed was never there. */
export function isUnavailable(machine: Immutable<Machine>): boolean {
  const { status } = machine;
  return !isToBeInstalled(machine) && status?.agent?.system !== undefined && status.state !== 'Ready';
}

/**
 * Whether a machine was told something, has not begun it, and is not to: another commit is wanted by now, or this one
 * has failed elsewhere. It is then as if it had never been told: a machine that was off must not come back to that first.
 */
function isVoid(
  machine: Immutable<Machine>,
  { wanted, quarantine }: Pick<Circumstances, 'wanted' | 'quarantine'>,
): boolean {
  const { assignment } = machine.spec;
  if (assignment?.action !== 'Apply' || isToBeInstalled(machine)) return false;
  if (machine.status?.agent?.apply?.id === assignment.id) return false;
  const revision = assignment.flake?.revision ?? '';
  const isOther = 'digest' in wanted && !isOf(machine, wanted);
  return isOther || quarantineOf(quarantine, revision, machine) !== undefined;
}

/** Whether what a machine was told last is what is wanted. */
const isOf = ({ spec: { assignment } }: Immutable<Machine>, { digest }: Wanted): boolean =>
  assignment !== undefined && parseAttemptId(assignment.id)?.task === digest;

function judge(machine: Immutable<Machine>, circumstances: Circumstances): Judgement {
  const { status } = machine;
  if (isToBeInstalled(machine) || !status?.agent?.system) {
    return { phase: 'Waiting', turn: 'Never', state: 'Waiting', message: 'It has no system yet.' };
  }
  if (!isUnderWay(machine)) return judgeEnd(machine, circumstances) ?? judgeTurn(machine, circumstances);
  if (isVoid(machine, circumstances)) return judgeTurn(machine, circumstances);
  const isLost = status.state === 'Lost';
  const message = isLost ? 'It can’t be reached since it began to change.' : 'It is changing.';
  return { phase: 'Changing', turn: 'Never', state: isLost ? 'Lost' : 'Applying', message };
}

/** What came of the last attempt; undefined where something else is wanted by now, or the same once more. */
function judgeEnd(machine: Immutable<Machine>, circumstances: Circumstances): Judgement | undefined {
  const { wanted } = circumstances;
  if ('missing' in wanted || !isOf(machine, wanted)) return undefined;
  const { assignment } = machine.spec;
  const apply = machine.status?.agent?.apply;
  const narHash = wanted.task.flake?.narHash;
  if (narHash !== undefined && apply?.narHash !== undefined && apply.narHash !== narHash) {
    const isTold = assignment?.flake?.narHash === narHash && attemptOf(machine) >= circumstances.attempt;
    const message = `It got ${apply.narHash} of this commit instead of ${narHash}.`;
    return isTold ? { phase: 'Waiting', turn: 'Never', state: 'Failed', message } : undefined;
  }
  if (apply?.phase === 'Done') return { phase: 'Done', turn: 'Never', state: 'Done' };
  return judgeFailure(machine, circumstances);
}

/** Whether it may begin, as far as it is concerned. */
function judgeTurn(machine: Immutable<Machine>, { wanted, revision, quarantine }: Circumstances): Judgement {
  const held = quarantineOf(quarantine, revision, machine);
  if (held) {
    const message = `Not tried: it failed on ${held.machine}.`;
    return { phase: 'Waiting', turn: 'Never', state: 'Quarantined', message };
  }
  if (machine.status?.state === 'Lost') {
    const message = 'It can’t be reached. It changes when it is back.';
    return { phase: 'Waiting', turn: 'Never', state: 'Lost', message };
  }
  if ('missing' in wanted)
    return { phase: 'Waiting', turn: 'Never', state: 'Waiting', message: wanted.missing };
  return { phase: 'Waiting', turn: 'Now', state: 'Waiting', message: 'Its turn has not come.' };
}

const attemptOf = ({ spec }: Immutable<Machine>): number =>
  parseAttemptId(spec.assignment?.id ?? '')?.attempt ?? 0;

/** What became of a failed attempt at what is wanted; undefined where a person has asked for another since. */
function judgeFailure(
  machine: Immutable<Machine>,
  { attempt, failedFor }: Pick<Circumstances, 'attempt' | 'failedFor'>,
): Judgement | undefined {
  const apply = machine.status?.agent?.apply;
  const id = machine.spec.assignment?.id ?? '';
  const message = apply?.message ?? '';
  if (attemptOf(machine) < attempt) return undefined;
  if (isCondemned(apply)) return { phase: 'Failed', turn: 'Never', state: 'Failed', message };
  const after = retryDelay(id) - failedFor;
  const turn = after > 0 ? 'Later' : 'Now';
  return {
    phase: 'Waiting',
    turn,
    state: 'Failed',
    message: `${message} It is tried again.`,
    ...(after > 0 && { after }),
  };
}
