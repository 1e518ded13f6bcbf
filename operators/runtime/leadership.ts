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
  /** Lets the controllers work whenever this process leads, until the signal is aborted. */
  run(controllers: readonly RunningController[], signal: AbortSignal): Promise<void>;
  /** Takes no more work and waits for the passes under way, up to `grace` milliseconds. */
  drain(grace: number): Promise<void>;
}

/** Lets controllers work while this process leads, or always where there is no election. */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { election: contest, name, metrics, clock, log } = options;
  let term: AbortController | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let controllers: readonly RunningController[] = [];
  metrics.leading(name, false);

  const begin = () => {
    const current = new AbortController();
    term = current;
    metrics.leading(name, true);
    log.info({ lease: name }, 'leading');
    // What the last term cut off must have ended before the next one starts.
    working = working.then(() => {
      for (const controller of controllers) controller.wakeAll();
      return Promise.all(controllers.map((controller) => controller.work(current.signal)));
    });
  };
  const end = () => {
    term?.abort(new Error('this process no longer leads'));
    term = undefined;
    metrics.leading(name, false);
    log.info({ lease: name }, 'standing by');
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
      await working;
    },
    async drain(grace) {
      for (const controller of controllers) controller.drain();
      const patience = new AbortController();
      await Promise.race([working, pause(clock, grace, patience.signal)]);
      patience.abort();
      term?.abort(new Error('this process stops'));
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
