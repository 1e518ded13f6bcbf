import type { Clock } from '@hearth/runtime/clock';
import type { Attempt, Journal, Stage, Verdict } from '../journal/journal.ts';
import type { Assignment, Standing } from '../system/system.ts';
import type { Failure } from './next.ts';

/** The journal once an assignment is begun. */
export function begin(journal: Journal, assignment: Assignment, standing: Standing, clock: Clock): Journal {
  const attempt: Attempt = {
    id: assignment.id,
    assignment: structuredClone(assignment) as Attempt['assignment'],
    stage: assignment.action === 'Golden' ? 'Building' : 'Fetching',
    since: clock.now().toISOString(),
    from: journal.knownGood,
    bootId: standing.bootId,
    activated: false,
    failedBefore: [],
    needsRestart: false,
    trial: false,
    bootTouched: false,
    committed: false,
    tries: 0,
  };
  return { ...journal, attempt };
}

/** The journal once an attempt is in another stage. What belongs to the stage before is forgotten. */
export function enter(
  journal: Journal,
  attempt: Attempt,
  stage: Stage,
  clock: Clock,
  change: Partial<Attempt> = {},
): Journal {
  const { nonce: _nonce, deadline: _deadline, ...rest } = attempt;
  return { ...journal, attempt: { ...rest, stage, since: clock.now().toISOString(), ...change } };
}

/** The journal once an attempt has failed: back to where it began, if only to see that nothing was changed. */
export function failed(journal: Journal, attempt: Attempt, failure: Failure, clock: Clock): Journal {
  return enter(journal, attempt, 'Reverting', clock, { failure, tries: 0 });
}

/** The journal once an attempt has ended. */
export function end(journal: Journal, attempt: Attempt, verdict: Verdict, clock: Clock): Journal {
  return enter(journal, attempt, 'Ended', clock, { verdict });
}
