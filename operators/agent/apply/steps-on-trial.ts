import { pause } from '@hearth/runtime/clock';
import type { Attempt, Journal } from '../journal/journal.ts';
import { ProbeFailed } from '../system/system.ts';
import { BootEntryFailed, setBoot, setEntry } from './boot-entry.ts';
import { seconds } from './duration.ts';
import { unitsMessage } from './failed-units.ts';
import { end, enter, failed } from './journal-changes.ts';
import { settled } from './settle.ts';
import type { Surroundings } from './surroundings.ts';

/** Seconds that an activation may take: by far more than any takes. */
const ACTIVATION = 15 * 60;
/** Seconds beyond everything that the agent itself waits for, until the guard believes that there is no agent. */
const GUARD_MARGIN = 120;
/** Seconds until a machine that was asked to restart should have done so. */
const RESTART = 10 * 60;
/** Seconds that going back waits for the lock. */
const LOCKED = 60;

/**
 * Has the system on trial activated. It is written down, and a guard is set that goes back without the agent, before
 * anything of it happens: a configuration may take the agent with it.
 */
export async function activate(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system, clock } = around;
  const { closure, from, assignment } = attempt;
  if (closure === undefined) return enter(journal, attempt, 'Building', clock);
  const { uptime, bootId } = await system.standing();
  const window = seconds(assignment.confirmWindow);
  const limit = Math.min(window, ACTIVATION);
  await system.store.pin('known-good', from);
  await system.activation.clear('hearth-activation');
  await system.guard.set(from, limit + looking(attempt, around) + GUARD_MARGIN);
  const started: Attempt = {
    ...attempt,
    activated: true,
    bootId,
    deadline: uptime + limit,
    failedBefore: [...(await system.activation.failedUnits())],
  };
  const written = { ...journal, attempt: started };
  await around.journal.write(written);
  await system.activation.start('hearth-activation', closure, 'test');
  return written;
}

/** Seconds that it takes at most to look at a system that runs, and to have it confirmed. */
function looking({ assignment }: Attempt, { settle }: Surroundings): number {
  const probing = (assignment.probes ?? []).reduce((sum, probe) => sum + probe.timeoutSeconds, 0);
  return settle + probing + seconds(assignment.confirmWindow);
}

/**
 * Begins to look at a system that runs: the guard waits for that, and no longer. Nor is it set anew when looking is
 * repeated, be it without end.
 */
export async function look(
  journal: Journal,
  attempt: Attempt,
  around: Surroundings,
  change: Partial<Attempt> | undefined,
): Promise<Journal> {
  await around.system.guard.set(attempt.from, looking(attempt, around) + GUARD_MARGIN);
  return enter(journal, attempt, 'Probing', around.clock, change);
}

/** Looks whether the system on trial works: its units stay up, and its probes find what they look for. */
export async function probe(
  journal: Journal,
  attempt: Attempt,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Journal> {
  const { system, clock } = around;
  // Who is to have a file may have come with the system itself.
  await around.deliver(attempt.assignment.files ?? []);
  const isGolden = attempt.assignment.action === 'Golden';
  const failing = isGolden ? [] : await settled(attempt, around, signal);
  if (failing.length > 0)
    return failed(journal, attempt, { message: unitsMessage(failing), fault: 'Configuration' }, clock);
  try {
    for (const one of attempt.assignment.probes ?? []) await system.probe(one, signal);
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    return failed(journal, attempt, { message: error.message, fault: 'Configuration' }, clock);
  }
  return enter(journal, attempt, 'Confirming', clock);
}

/** Who confirmed it did so when nobody was expected to do so any more. */
const TOO_LATE = {
  message: 'it was confirmed when the machine was going back by itself already',
  fault: 'Network',
} as const;

/**
 * Makes it what the machine starts with, and known good. The boot loader comes before the pin: until it names the new
 * system, the one before is what is fallen back to.
 */
export async function commit(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system, clock } = around;
  const { closure, assignment } = attempt;
  if (closure === undefined) throw new Error('there is no system to commit');
  // It was at its work, and was stopped halfway: what runs is neither the one nor the other.
  if (await system.guard.callOff()) return failed(journal, attempt, TOO_LATE, clock);
  if (!attempt.bootTouched) {
    const touched = { ...journal, attempt: { ...attempt, bootTouched: true } };
    await around.journal.write(touched);
    return commit(touched, touched.attempt, around);
  }
  try {
    await setBoot(closure, system, clock);
  } catch (error) {
    if (!(error instanceof BootEntryFailed)) throw error;
    return failed(journal, attempt, { message: error.message, fault: error.fault }, clock);
  }
  await system.store.pin('known-good', closure);
  await system.store.pin('pending', undefined);
  await system.activation.clear('hearth-activation');
  await around.forgetFiles([assignment.files ?? []]);
  const confirmed = {
    id: attempt.id,
    closure,
    at: clock.now().toISOString(),
    drift: assignment.drift,
    files: attempt.assignment.files,
  };
  const { bootOwed: _settled, ...rest } = journal;
  const committed = { ...rest, knownGood: closure, confirmed };
  // What it was installed with needs no trial: it simply starts.
  const restarts =
    assignment.action === 'Golden' && attempt.diff?.class === 'reboot' && assignment.reboot === 'WhenNeeded';
  if (restarts) return enter(committed, attempt, 'Rebooting', clock, { committed: true, tries: 0 });
  return end(committed, attempt, { phase: 'Done', message: doneMessage(attempt) }, clock);
}

function doneMessage({ assignment, diff, trial }: Attempt): string {
  const what =
    assignment.action === 'Golden' ? 'The machine runs what it was installed with' : 'The machine runs it';
  if (diff?.class !== 'reboot' || trial) return `${what}, and starts with it.`;
  return `${what}; its kernel will be used from the next restart on, which has not been tried.`;
}

/** Restarts the machine into the system on trial, once: at any further start it is back on what is known good. */
export async function tryOnce(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system } = around;
  const { closure } = attempt;
  if (closure === undefined) throw new Error('there is no system to restart into');
  const { uptime, bootId } = await system.standing();
  const written = {
    ...journal,
    attempt: { ...attempt, bootTouched: true, bootId, tries: 1, deadline: uptime + RESTART },
  };
  await around.journal.write(written);
  await system.guard.set(attempt.from, RESTART + GUARD_MARGIN);
  if ((await system.boot.trialMethod()) === 'oneshot') {
    // The loader gets an entry for each generation; its choice stays what is known good.
    await system.activation.setProfile(closure);
    await setEntry(attempt.from, system, around.clock);
  }
  await system.guard.setForStart();
  await system.boot.tryOnce(closure);
  return written;
}

/**
 * Has the known-good path activated, in place of whatever runs or hangs. Each time it is written down that it was tried,
 * and what fails on the way is not waited for: after some tries the machine is restarted.
 */
export async function goBack(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system } = around;
  // It comes after this way back, should that be cut off; not into it.
  await tolerate(around, system.guard.set(attempt.from, LOCKED + ACTIVATION + GUARD_MARGIN));
  await tolerate(around, system.activation.clear('hearth-activation'));
  await untilUnlocked(around);
  const { uptime, bootId } = await system.standing();
  const tried = { ...attempt, activated: true, bootId, tries: attempt.tries + 1 };
  const written = { ...journal, attempt: { ...tried, deadline: uptime + ACTIVATION } };
  await around.journal.write(written);
  await system.activation.start('hearth-activation', attempt.from, 'test');
  return written;
}

async function tolerate({ logger }: Surroundings, doing: Promise<void>): Promise<void> {
  await doing.catch((error: unknown) => logger.warn({ error }, 'the way back goes on without it'));
}

/** Whoever else is switching comes to an end first; but nobody holds up the way back for long. */
async function untilUnlocked({ system, clock }: Surroundings): Promise<void> {
  for (let waited = 0; waited < LOCKED && (await system.activation.isLocked()); waited++)
    await pause(clock, 1_000, new AbortController().signal);
}

/** Restarts the machine with what the boot loader names: going back did not do without, or a kernel is to be used. */
export async function restart(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system } = around;
  const { uptime, bootId } = await system.standing();
  const tried = { ...attempt, bootId, tries: attempt.tries + 1, deadline: uptime + RESTART };
  const written = { ...journal, attempt: tried };
  await around.journal.write(written);
  // What it names otherwise was confirmed, or was to be started once: either is better than to stay.
  if (attempt.bootTouched && !attempt.committed)
    await tolerate(around, setBoot(attempt.from, system, around.clock));
  await system.boot.reboot();
  return written;
}
