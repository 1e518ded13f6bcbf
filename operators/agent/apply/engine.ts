import { backoffDelay } from '@hearth/runtime/backoff';
import { abortWith, pause } from '@hearth/runtime/clock';
import { correctDrift, driftOf } from '../drift/correct.ts';
import { type Journal, underWay } from '../journal/journal.ts';
import { createBell } from '../watch/bell.ts';
import { act, type Doing } from './act.ts';
import { decide, decideAside, isCalledOff } from './decide.ts';
import type { Aside, Seen, Wanted } from './next.ts';
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

/** Where an engine is. */
interface State {
  journal: Journal;
  wanted: Wanted;
  /** Ends what is being done, where it may be ended. */
  interrupt: AbortController | undefined;
  readonly around: Surroundings;
  readonly options: EngineOptions;
}

/** An engine over a journal that was read. */
export function createEngine(first: Journal, around: Surroundings, options: EngineOptions): Engine {
  const { clock, logger } = around;
  const bell = createBell(clock);
  const state: State = {
    journal: first,
    wanted: { known: false },
    interrupt: undefined,
    options,
    around: written(around, (now) => {
      state.journal = now;
      options.onStep(now);
    }),
  };
  return {
    journal: () => state.journal,
    wake: bell.ring,
    want(now) {
      state.wanted = now;
      if (isCalledOff(state.journal, now)) state.interrupt?.abort(new Error('something else was asked for'));
      bell.ring();
    },
    async run(signal) {
      for (let failures = 0; !signal.aborted; ) {
        const sleep = bell.listen();
        try {
          const after = await pass(state, signal);
          if (after === 'replaced') return 'replaced';
          failures = 0;
          await sleep(signal, after);
        } catch (error) {
          if (signal.aborted) break;
          const again = backoffDelay(++failures, RETRY);
          logger.warn({ error, again: Math.round(again) }, 'a step did not succeed; it is tried again');
          await sleep(signal, again);
        }
      }
      return 'stopped';
    },
  };
}

/** One look and one step; the milliseconds until the next. */
async function pass(state: State, signal: AbortSignal): Promise<number | 'replaced'> {
  const { around, options } = state;
  const { attempt } = state.journal;
  const seen = await look(around, state.journal, options.silence());
  const next = decide(state.journal, seen, state.wanted);
  if ((next.do === 'rest' || next.do === 'probe') && (await options.isReplaced())) return 'replaced';
  if (next.do === 'wait') return next.seconds * 1000;
  if (next.do === 'rest') {
    await keep(state, await correctDrift(state.journal, around));
    const aside = decideAside(state.journal, state.wanted);
    if (!aside) return DRIFT * (0.9 + Math.random() * 0.2);
    await stepAside(state, aside, signal);
    return 0;
  }
  around.logger.info({ step: next.do, id: attempt?.id, stage: attempt?.stage }, 'applying');
  await carryOut(state, next, signal);
  return 0;
}

async function carryOut(state: State, next: Doing, signal: AbortSignal): Promise<void> {
  const controller = new AbortController();
  if (INTERRUPTIBLE.includes(next.do)) state.interrupt = controller;
  const letGo = abortWith(controller, signal);
  try {
    await keep(state, await act(state.journal, next, state.around, controller.signal));
  } catch (error) {
    // It was called off: what to do instead is decided anew.
    if (!controller.signal.aborted) throw error;
  } finally {
    letGo();
    state.interrupt = undefined;
  }
}

/** A preview may take hours: it is left, and begun again later, for what can’t wait for its end. */
async function stepAside(state: State, aside: Aside, signal: AbortSignal): Promise<void> {
  const leaving = new AbortController();
  const letGo = abortWith(leaving, signal);
  const watching = leaveWhenNeeded(state, leaving);
  try {
    await carryOut(state, aside, leaving.signal);
  } finally {
    letGo();
    leaving.abort();
    await watching;
  }
}

async function leaveWhenNeeded({ journal, around, options }: State, leaving: AbortController): Promise<void> {
  const { system, clock, logger } = around;
  const isNeeded = async () =>
    (journal.confirmed?.drift === 'Correct' && driftOf(journal, await system.standing()) !== undefined) ||
    (await options.isReplaced());
  while (!leaving.signal.aborted) {
    await pause(clock, DRIFT, leaving.signal);
    if (leaving.signal.aborted) return;
    const needed = await isNeeded().catch(() => false);
    if (!needed) continue;
    logger.info({}, 'a preview is left for what comes before it');
    leaving.abort();
  }
}

async function keep({ journal, around }: State, next: Journal): Promise<void> {
  if (next !== journal) await around.journal.write(next);
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
