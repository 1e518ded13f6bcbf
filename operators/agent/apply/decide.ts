import { type Attempt, type Journal, type Stage, underWay } from '../journal/journal.ts';
import type { Standing, UnitState } from '../system/system.ts';
import { decideReverting } from './decide-reverting.ts';
import { seconds } from './duration.ts';
import { judgeActivation } from './exit-codes.ts';
import { newlyFailed, unitsMessage } from './failed-units.ts';
import type { Aside, Failure, Next, Seen, Wanted } from './next.ts';

/** Seconds within which a machine that can be reached hears of the API server: its heart beats more often. */
const HEARD = 30;
/** Seconds between two looks at something that is under way. */
const LOOK = 1;

/** What to do, by what was written down and what is so. It is the same whether the agent has just started or not. */
export function decide(journal: Journal, seen: Seen, wanted: Wanted): Next {
  const { attempt } = journal;
  if (!attempt || attempt.stage === 'Ended') return decideIdle(attempt, wanted);
  return deciders[attempt.stage](attempt, seen, wanted);
}

/** Whether what is being done, by what was written down, is not asked for any more. */
export function isCalledOff(journal: Journal, wanted: Wanted): boolean {
  const attempt = underWay(journal);
  if (attempt) return isOvertaken(attempt, wanted);
  const aside = decideAside(journal, wanted);
  return wanted.known && !(aside?.do === 'preview' && aside.preview.id === journal.preview?.id);
}

/** What is to be done about previews; undefined where nothing is, or while anything is to be made true. */
export function decideAside(journal: Journal, wanted: Wanted): Aside | undefined {
  const isIdle = !underWay(journal) && decideIdle(journal.attempt, wanted).do === 'rest';
  if (!wanted.known || !isIdle) return undefined;
  const { assignment, preview } = wanted;
  const made = journal.preview;
  if (!preview) return made && { do: 'forget-preview' };
  if (preview.id === made?.id && made.phase !== 'Building') return undefined;
  // What belongs to one repository is not shown to another, whoever asks.
  const credentials = assignment?.credentials === true && assignment.flake?.url === preview.flake.url;
  return { do: 'preview', preview: { ...preview, credentials } };
}

type Decider = (attempt: Attempt, seen: Seen, wanted: Wanted) => Next;

const deciders: Readonly<Record<Exclude<Stage, 'Ended'>, Decider>> = {
  Fetching: unlessOvertaken(() => ({ do: 'fetch' })),
  Building: unlessOvertaken(() => ({ do: 'build' })),
  Checking: unlessOvertaken(() => ({ do: 'check' })),
  Testing: decideTesting,
  Probing: decideProbing,
  Confirming: decideConfirming,
  Committing: decideCommitting,
  Rebooting: decideRebooting,
  Reverting: (attempt, seen) => decideReverting(attempt, seen),
};

function decideIdle(last: Attempt | undefined, wanted: Wanted): Next {
  const assignment = wanted.known ? wanted.assignment : undefined;
  if (!assignment || assignment.id === last?.id) return { do: 'rest' };
  // That was for the installer, which did it: what runs here is what it installed. NIO takes it away.
  if (assignment.action === 'Install') return { do: 'rest' };
  return { do: 'begin', assignment };
}

/** Whether NIO asks for something else by now. What is not known is not held against an attempt. */
function isOvertaken(attempt: Attempt, wanted: Wanted): boolean {
  return wanted.known && wanted.assignment?.id !== attempt.id;
}

const OVERTAKEN: Failure = { message: 'something else was asked for before it was confirmed' };

/** Nothing was changed yet: whatever is asked for now may begin at once. */
function unlessOvertaken(next: () => Next): Decider {
  return (attempt, _seen, wanted) =>
    isOvertaken(attempt, wanted)
      ? {
          do: 'end',
          verdict: { phase: 'Failed', message: 'Something else was asked for before anything was changed.' },
        }
      : next();
}

const fail = (message: string, fault?: Failure['fault']): Next => ({
  do: 'fail',
  failure: fault ? { message, fault } : { message },
});

/** The machine was started anew while something was on trial: what it starts with is known good. */
const POWER_LOST = fail('the machine restarted before it was confirmed', 'Machine');

/** Nobody was left who could have confirmed it, and the guard's time was up. */
const WENT_BACK = 'the machine went back by itself before it was confirmed';

function decideTesting(attempt: Attempt, seen: Seen, wanted: Wanted): Next {
  const { standing, activation } = seen;
  if (!attempt.activated)
    return isOvertaken(attempt, wanted) ? { do: 'fail', failure: OVERTAKEN } : { do: 'activate' };
  if (standing.bootId !== attempt.bootId) return POWER_LOST;
  if (activation.state === 'running')
    return standing.uptime > (attempt.deadline ?? 0)
      ? fail('its activation does not come to an end', 'Configuration')
      : { do: 'wait', seconds: LOOK };
  if (isOvertaken(attempt, wanted)) return { do: 'fail', failure: OVERTAKEN };
  return afterActivation(attempt, seen, activation);
}

/** Its activation is over; how it ended is not known where systemd has forgotten it. */
function afterActivation(
  attempt: Attempt,
  seen: Seen,
  activation: Exclude<UnitState, { readonly state: 'running' }>,
): Next {
  const isActive = seen.standing.running === attempt.closure;
  const isBack = seen.standing.running === attempt.from;
  if (activation.state === 'absent') {
    if (isActive) return { do: 'enter', stage: 'Probing' };
    // The guard ends it before it goes back, which is long after the agent should have looked.
    if (isBack && seen.standing.uptime > (attempt.deadline ?? 0)) return fail(WENT_BACK, 'Network');
    return fail('its activation was interrupted', 'Machine');
  }
  const judged = judgeActivation(activation.exitCode, activation.output);
  if (judged.result === 'failed') return { do: 'fail', failure: judged.failure };
  if (judged.result === 'restart') return decideNeedsRestart(attempt, seen);
  if (isActive) return { do: 'enter', stage: 'Probing' };
  // The guard was there before the agent: the switch may have taken that away.
  if (isBack) return fail(WENT_BACK, 'Network');
  return fail('it was activated, and yet another system runs', 'Configuration');
}

/** It can't be activated while the machine runs (exit code 100): nothing was changed yet. */
function decideNeedsRestart({ assignment }: Attempt, { trialMethod }: Seen): Next {
  if (assignment.reboot === 'Never')
    return fail('it works only after a restart, which “reboot: Never” forbids', 'Configuration');
  if (trialMethod === 'none')
    return fail(
      'it works only after a restart, and this boot loader can’t try a system once and fall back by itself; install it by hand',
      'Configuration',
    );
  return { do: 'enter', stage: 'Rebooting', change: { needsRestart: true } };
}

/** What all stages on trial have in common: the system must still run, on the same start, and be wanted. */
function onTrial(attempt: Attempt, seen: Seen, wanted: Wanted): Next | undefined {
  if (seen.standing.bootId !== attempt.bootId) return POWER_LOST;
  if (seen.standing.running !== attempt.closure) return fail(WENT_BACK, 'Network');
  if (attempt.assignment.action === 'Golden') return undefined;
  if (isOvertaken(attempt, wanted)) return { do: 'fail', failure: OVERTAKEN };
  const failed = newlyFailed(attempt, seen.failedUnits);
  if (failed.length > 0) return fail(unitsMessage(failed), 'Configuration');
  return undefined;
}

function decideProbing(attempt: Attempt, seen: Seen, wanted: Wanted): Next {
  return onTrial(attempt, seen, wanted) ?? { do: 'probe' };
}

function decideConfirming(attempt: Attempt, seen: Seen, wanted: Wanted): Next {
  const broken = onTrial(attempt, seen, wanted);
  if (broken) return broken;
  // What the machine was installed with is never doubted.
  if (attempt.assignment.action === 'Golden') return { do: 'enter', stage: 'Committing' };
  if (attempt.nonce === undefined) return { do: 'ask' };
  const confirmed = wanted.known && wanted.assignment?.confirmed === attempt.nonce;
  if (confirmed) return afterConfirmation(attempt, seen);
  const left = (attempt.deadline ?? 0) - seen.standing.uptime;
  if (left <= 0) return unconfirmed(attempt, seen);
  return { do: 'wait', seconds: Math.min(left, 2) };
}

/** A machine that the API server still answers has its network: then it is NIO that is not there. */
function unconfirmed({ assignment: { confirmWindow } }: Attempt, { silence }: Seen): Next {
  return silence < Math.min(HEARD, seconds(confirmWindow) / 2)
    ? fail(`NIO did not answer within ${confirmWindow}, though the API server can be reached`, 'Machine')
    : fail(`nobody confirmed within ${confirmWindow} that the machine can still be reached`, 'Network');
}

/** It was confirmed live. What needs a restart is tried by one before the machine may start with it by itself. */
function afterConfirmation({ trial, diff, assignment }: Attempt, { trialMethod }: Seen): Next {
  const restarts =
    !trial && diff?.class === 'reboot' && assignment.reboot === 'WhenNeeded' && trialMethod !== 'none';
  return restarts ? { do: 'enter', stage: 'Rebooting' } : { do: 'enter', stage: 'Committing' };
}

/** All is done but that its kernel is used. */
function decideLastRestart(
  { bootId, tries, deadline = 0 }: Attempt,
  { bootId: now, uptime }: Standing,
): Next {
  const done = (message: string): Next => ({ do: 'end', verdict: { phase: 'Done', message } });
  if (now !== bootId) return done('The machine runs what it was installed with, from its start on.');
  if (tries === 0) return { do: 'restart' };
  if (uptime <= deadline) return { do: 'wait', seconds: LOOK };
  return done('The machine runs what it was installed with; it does not restart for its kernel.');
}

function decideCommitting(attempt: Attempt, { standing }: Seen): Next {
  // It was confirmed, but the power went before the boot loader knew of it, or the guard was quicker.
  return standing.running === attempt.closure ? { do: 'commit' } : POWER_LOST;
}

function decideRebooting(attempt: Attempt, seen: Seen, wanted: Wanted): Next {
  const { standing } = seen;
  if (attempt.committed) return decideLastRestart(attempt, standing);
  if (standing.bootId === attempt.bootId) {
    if (isOvertaken(attempt, wanted)) return { do: 'fail', failure: OVERTAKEN };
    if (attempt.tries === 0) return { do: 'try-once' };
    return standing.uptime > (attempt.deadline ?? 0)
      ? fail('the machine does not restart', 'Machine')
      : { do: 'wait', seconds: LOOK };
  }
  if (standing.running !== attempt.closure)
    return fail('the machine did not come up with it and fell back to what works', 'Configuration');
  const change = { trial: true, bootId: standing.bootId, tries: 0 };
  return { do: 'enter', stage: 'Probing', change };
}
