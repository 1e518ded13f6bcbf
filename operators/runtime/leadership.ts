import { aborted, type Clock, pause } from './clock.ts';
import type { Gate } from './cluster/exchange.ts';
import { createElection, type Election, type ElectionOptions } from './lease.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { RunningController } from './run-controller.ts';

/** What leadership needs. */
export interface LeadershipOptions {
  /** The election to take part in; undefined for a process that is alone. */
  readonly election: Omit<ElectionOptions, 'onStarted' | 'onStopped' | 'onError'> | undefined;
  /** The lease's name, for the metrics. */
  readonly name: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** When the controllers of a process work. */
export interface Leadership {
  /** Throws LeaseEnded where this process does not lead. */
  readonly gate: Gate;
  leads(): boolean;
  /** Lets the controllers work whenever this process leads, until the signal is aborted; then gives the lease back. */
  run(controllers: readonly RunningController[], signal: AbortSignal): Promise<void>;
  /**
   * Takes no more work, waits up to `grace` milliseconds for the passes under way, then cuts them off. To be called
   * before `run` is aborted, so that the lease outlasts the work.
   */
  drain(grace: number): Promise<void>;
}

/** How long what was cut off gets to end before the lease is given to somebody else. */
const CUT_OFF = 2_000;

/** Lets controllers work while this process leads, or always where there is no election. */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { election: contest, name, metrics, clock, log } = options;
  let term: AbortController | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let controllers: readonly RunningController[] = [];
  let draining = false;
  metrics.leading(name, false);

  const begin = () => {
    metrics.leading(name, true);
    log.info({ lease: name }, 'leading');
    if (draining) return;
    const current = new AbortController();
    term = current;
    for (const controller of controllers) controller.wakeAll();
    // A pass of the last term may not have ended yet, or never will. Its key stays locked; the others need not wait.
    working = Promise.all([working, ...controllers.map((controller) => controller.work(current.signal))]);
  };
  const end = () => {
    term?.abort(new Error('this process no longer leads'));
    term = undefined;
    metrics.leading(name, false);
    log.info({ lease: name }, 'standing by');
  };
  const ended = async (patience: number) => {
    const enough = new AbortController();
    await Promise.race([working, pause(clock, patience, enough.signal)]);
    enough.abort();
  };
  const onError = (error: unknown) => log.warn({ error }, 'the lease could not be renewed or read');
  const election = contest
    ? createElection({ ...contest, onStarted: begin, onStopped: end, onError })
    : alwaysLeading(begin, end);

  return {
    gate: election.gate,
    leads: election.leads,
    async run(all, signal) {
      controllers = all;
      await election.run(signal);
    },
    async drain(grace) {
      draining = true;
      for (const controller of controllers) controller.drain();
      await ended(grace);
      term?.abort(new Error('this process stops'));
      await ended(CUT_OFF);
    },
  };
}

/** The election of a process that is alone. */
function alwaysLeading(onStarted: () => void, onStopped: () => void): Election {
  return {
    leads: () => true,
    gate: () => undefined,
    async run(signal) {
      onStarted();
      await aborted(signal);
      onStopped();
    },
  };
}
