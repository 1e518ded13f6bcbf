import { randomUUID } from 'node:crypto';
import type { Attempt, Journal, Verdict } from '../journal/journal.ts';
import { CommandFailed } from '../system/system.ts';
import { BootEntryFailed, setBoot } from './boot-entry.ts';
import { seconds } from './duration.ts';
import { isOffline, isShortage } from './exit-codes.ts';
import { begin, end, enter, failed } from './journal-changes.ts';
import type { Aside, Failure, Next } from './next.ts';
import { forgetPreview, preview } from './preview.ts';
import { build, check, fetch, giveFiles } from './steps-before.ts';
import { activate, commit, goBack, look, probe, restart, tryOnce } from './steps-on-trial.ts';
import type { Surroundings } from './surroundings.ts';

/** What a pass does to the machine; everything but `rest` and `wait`. */
export type Doing = Exclude<Next, { readonly do: 'rest' | 'wait' }> | Aside;

/**
 * Does one thing, and says how the journal is from then on. May be cut off anywhere: it is then decided anew, and what
 * was done is done again.
 * @throws where the machine can't do it for reasons that say nothing about the attempt: it is tried again.
 */
export async function act(
  journal: Journal,
  next: Doing,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Journal> {
  if (next.do === 'begin')
    return begin(journal, next.assignment, await around.system.standing(), around.clock);
  if (next.do === 'preview') return preview(journal, next.preview, around, signal);
  if (next.do === 'forget-preview') return forgetPreview(journal);
  const { attempt } = journal;
  if (!attempt) throw new Error(`there is nothing under way to ${next.do}`);
  if (next.do === 'enter')
    return next.stage === 'Probing'
      ? look(journal, attempt, around, next.change)
      : enter(journal, attempt, next.stage, around.clock, next.change);
  if (next.do === 'end') return finish(journal, attempt, next.verdict, around);
  if (next.do === 'fail') return failed(journal, attempt, next.failure, around.clock);
  // What a step wrote down before it failed has happened.
  const latest = { journal, attempt };
  const write = async (now: Journal) => {
    await around.journal.write(now);
    latest.journal = now;
    latest.attempt = now.attempt ?? attempt;
  };
  try {
    const noting = { ...around, journal: { ...around.journal, write } };
    return await steps[next.do](journal, attempt, noting, signal);
  } catch (error) {
    // Going back and committing are not given up: they are tried until they are done.
    const whose = blame[next.do];
    if (signal.aborted || !(error instanceof CommandFailed) || !whose) throw error;
    const failure = { message: error.message, fault: whose(error.output) };
    return failed(latest.journal, latest.attempt, failure, around.clock);
  }
}

type Step = (
  journal: Journal,
  attempt: Attempt,
  around: Surroundings,
  signal: AbortSignal,
) => Promise<Journal>;

const steps: Readonly<Record<Exclude<Doing['do'], Aside['do'] | 'begin' | 'enter' | 'end' | 'fail'>, Step>> =
  {
    fetch,
    build,
    check,
    activate,
    probe,
    ask,
    commit,
    'try-once': tryOnce,
    'go-back': goBack,
    restart,
  };

/** Whose fault it is when a command fails. */
const blame: { readonly [step in Doing['do']]?: (output: string) => Failure['fault'] } = {
  fetch: (output: string) => (isShortage(output) ? 'Machine' : 'Flake'),
  build: (output: string) => (isShortage(output) || isOffline(output) ? 'Machine' : 'Configuration'),
  check: () => 'Machine',
  activate: () => 'Machine',
  'try-once': () => 'Machine',
};

/** Asks NIO, by a number that it can't know yet, whether it hears the machine. */
async function ask(journal: Journal, attempt: Attempt, { system, clock }: Surroundings): Promise<Journal> {
  const { uptime } = await system.standing();
  return enter(journal, attempt, 'Confirming', clock, {
    nonce: randomUUID(),
    deadline: uptime + seconds(attempt.assignment.confirmWindow),
  });
}

/** Has the boot loader name what worked before. What can't be done now is owed, and said. */
async function tellBootLoader(
  path: string,
  { system, clock }: Surroundings,
): Promise<((verdict: Verdict) => Verdict) | undefined> {
  try {
    await setBoot(path, system, clock);
    return undefined;
  } catch (error) {
    if (!(error instanceof BootEntryFailed)) throw error;
    const note = ` What it starts with is not put back yet: ${error.message}.`;
    return (verdict) => ({ ...verdict, message: verdict.message + note });
  }
}

/** Leaves nothing behind of an attempt that has ended: no guard, no unit, and the boot loader as it was. */
async function finish(
  journal: Journal,
  attempt: Attempt,
  verdict: Verdict,
  around: Surroundings,
): Promise<Journal> {
  const { system, clock, logger } = around;
  if (verdict.phase !== 'Done') {
    if (attempt.bootTouched) {
      const owed = await tellBootLoader(attempt.from, around);
      if (owed)
        return finish(
          { ...journal, bootOwed: attempt.from },
          { ...attempt, bootTouched: false },
          owed(verdict),
          around,
        );
    }
    // Without the API they may not be had; they are put in place as soon as it answers.
    await giveFiles(journal.confirmed?.files, around).catch((error: unknown) =>
      logger.warn({ error }, 'the files of the configuration before can’t be put back yet'),
    );
  }
  await system.guard.callOff();
  await system.activation.clear('hearth-activation');
  await system.store.pin('pending', undefined);
  return end(journal, attempt, verdict, clock);
}
