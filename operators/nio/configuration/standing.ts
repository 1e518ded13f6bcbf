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
    progress: { name, ...progress, ...(revision && { revision }), ...(closure && { closure }) },
    ...(after === undefined ? {} : { after }),
  };
}

/** A machine that had its system, and can’t be reached or isn’t ready. One that is being installed was never there. */
function isUnavailable(machine: Immutable<Machine>): boolean {
  const { status } = machine;
  return !isToBeInstalled(machine) && status?.agent?.system !== undefined && status.state !== 'Ready';
}

function judge(
  machine: Immutable<Machine>,
  { wanted, revision, quarantine, ...known }: Circumstances,
): Judgement {
  const { spec, status } = machine;
  const { assignment } = spec;
  const isWanted =
    assignment !== undefined && 'digest' in wanted && parseAttemptId(assignment.id)?.task === wanted.digest;
  const isLost = status?.state === 'Lost';
  const lost = { state: 'Lost', message: 'It can’t be reached. It changes when it is back.' } as const;
  if (isToBeInstalled(machine) || !status?.agent?.system) {
    return { phase: 'Waiting', turn: 'Never', state: 'Waiting', message: 'It has no system yet.' };
  }
  if (isUnderWay(machine)) {
    const message = isLost ? 'It can’t be reached since it began to change.' : 'It is changing.';
    return { phase: 'Changing', turn: 'Never', state: isLost ? 'Lost' : 'Applying', message };
  }
  if (isWanted && status.agent.apply?.phase === 'Done')
    return { phase: 'Done', turn: 'Never', state: 'Done' };
  const failure = isWanted ? judgeFailure(machine, known) : undefined;
  if (failure) return failure;
  const held = quarantineOf(quarantine, revision, machine);
  if (held) {
    const message = `Not tried: it failed on ${held.machine}.`;
    return { phase: 'Waiting', turn: 'Never', state: 'Quarantined', message };
  }
  if (isLost) return { phase: 'Waiting', turn: 'Never', ...lost };
  if ('missing' in wanted)
    return { phase: 'Waiting', turn: 'Never', state: 'Waiting', message: wanted.missing };
  return { phase: 'Waiting', turn: 'Now', state: 'Waiting', message: 'Its turn has not come.' };
}

/** What became of a failed attempt at what is wanted; undefined where a person has asked for another since. */
function judgeFailure(
  { spec, status }: Immutable<Machine>,
  { attempt, failedFor }: Pick<Circumstances, 'attempt' | 'failedFor'>,
): Judgement | undefined {
  const apply = status?.agent?.apply;
  const id = spec.assignment?.id ?? '';
  const message = apply?.message ?? '';
  if ((parseAttemptId(id)?.attempt ?? 0) < attempt) return undefined;
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
