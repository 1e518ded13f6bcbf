import { backoffDelay } from '@hearth/runtime/backoff';
import { abortWith, pause } from '@hearth/runtime/clock';
import { correctDrift } from '../drift/correct.ts';
import { type Journal, underWay } from '../journal/journal.ts';
import { act, type Doing } from './act.ts';
import { decide, decideAside, isCalledOff } from './decide.ts';
import type { Seen, Wanted } from './next.ts';
import type { Surroundings } from './surroundings.ts';

/** Makes true what is assigned, one step after the other, for as long as the process lives. */
export interface Engine {
  /** What NIO wants now. May be told at any time. */
  want(wanted: Wanted): void;
  journal(): Journal;
  /** Looks again now. */
  wake(): void;
  /** Resolves when the signal is aborted, or when a successor has to go on. */
  run(signal: AbortSignal): Promise<'stopped' | 'replaced'>;
}

/** What an engine tells, and asks. */
export interface EngineOptions {
  /** Told of each journal, once it is on the disk. */
  readonly onStep: (journal: Journal) => void;
  /** Whether the system that runs has another agent than this one. */
  readonly isReplaced: () => Promise<boolean>;
  /** Seconds since the API server last answered. */
  readonly silence: () => number;
}

/** What goes wrong for reasons of the machine is tried again, for as long as it takes. */
const RETRY = { first: 1_000, longest: 60_000 };
/** Milliseconds after which it looks whether all is as it was, with nothing told. */
const DRIFT = 60_000;
/** What NIO need not wait for the end of. */
const INTERRUPTIBLE: readonly Doing['do'][] = ['fetch', 'build', 'check', 'probe', 'preview'];

/** An engine over a journal that was read. */
export function createEngine(first: Journal, around: Surroundings, options: EngineOptions): Engine {
  const { clock, logger } = around;
  let journal = first;
  let wanted: Wanted = { known: false };
  let waking = new AbortController();
  let interrupt: AbortController | undefined;
  let failures = 0;

  const wake = () => {
    waking.abort();
    waking = new AbortController();
  };
  const telling = written(around, (now) => {
    journal = now;
    options.onStep(now);
  });
  const keep = async (next: Journal) => {
    if (next !== journal) await telling.journal.write(next);
  };
  const carryOut = async (next: Doing, signal: AbortSignal) => {
    const controller = new AbortController();
    if (INTERRUPTIBLE.includes(next.do)) interrupt = controller;
    const letGo = abortWith(controller, signal);
    try {
      await keep(await act(journal, next, telling, controller.signal));
    } catch (error) {
      // It was called off: what to do instead is decided anew.
      if (!controller.signal.aborted) throw error;
    } finally {
      letGo();
      interrupt = undefined;
    }
  };

  /** One look and one step; the milliseconds until the next. */
  const pass = async (signal: AbortSignal): Promise<number | 'replaced'> => {
    const next = decide(journal, await look(around, journal, options.silence()), wanted);
    if ((next.do === 'rest' || next.do === 'probe') && (await options.isReplaced())) return 'replaced';
    if (next.do === 'wait') return next.seconds * 1000;
    if (next.do === 'rest') {
      await keep(await correctDrift(journal, around));
      const aside = decideAside(journal, wanted);
      if (!aside) return DRIFT * (0.9 + Math.random() * 0.2);
      await carryOut(aside, signal);
      return 0;
    }
    logger.info({ step: next.do, id: journal.attempt?.id, stage: journal.attempt?.stage }, 'applying');
    await carryOut(next, signal);
    return 0;
  };

  const pauseUntil = async (delay: number, stop: AbortSignal, woken: AbortSignal) => {
    const either = new AbortController();
    const letGo = [abortWith(either, stop), abortWith(either, woken)];
    await pause(clock, delay, either.signal);
    for (const each of letGo) each();
  };

  return {
    journal: () => journal,
    wake,
    want(now) {
      wanted = now;
      if (isCalledOff(journal, now)) interrupt?.abort(new Error('something else was asked for'));
      wake();
    },
    async run(signal) {
      while (!signal.aborted) {
        let delay: number;
        const woken = waking.signal;
        try {
          const after = await pass(signal);
          if (after === 'replaced') return 'replaced';
          delay = after;
          failures = 0;
        } catch (error) {
          if (signal.aborted) break;
          delay = backoffDelay(++failures, RETRY);
          logger.warn({ error, again: Math.round(delay) }, 'a step did not succeed; it is tried again');
        }
        if (delay > 0) await pauseUntil(delay, signal, woken);
      }
      return 'stopped';
    },
  };
}

/** What is written in the middle of a step counts from then on. */
function written(around: Surroundings, onWrite: (journal: Journal) => void): Surroundings {
  return {
    ...around,
    journal: {
      ...around.journal,
      async write(journal) {
        try {
          await around.journal.write(journal);
        } catch (error) {
          // Going back may be done again from its beginning: it does not wait for a disk that takes nothing.
          if (journal.attempt?.stage !== 'Reverting') throw error;
          around.logger.warn({ error }, 'the journal can’t be written; the machine goes back all the same');
        }
        onWrite(journal);
      },
    },
  };
}

/** Looks at what a decision about this journal needs. */
async function look({ system }: Surroundings, journal: Journal, silence: number): Promise<Seen> {
  const standing = await system.standing();
  if (!underWay(journal))
    return { standing, silence, activation: { state: 'absent' }, failedUnits: [], trialMethod: 'none' };
  const [activation, failedUnits, trialMethod] = await Promise.all([
    system.activation.state('hearth-activation'),
    system.activation.failedUnits(),
    system.boot.trialMethod(),
  ]);
  return { standing, silence, activation, failedUnits, trialMethod };
}
