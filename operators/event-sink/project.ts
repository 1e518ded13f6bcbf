import type { Clock } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { Graph } from './graph/graph.ts';
import type { EventLog } from './log/event-log.ts';

/** Hands new events of the log on to the graph. */
export interface Projection {
  stop(): Promise<void>;
}

/** So many are read and handed over at a time. */
const AT_ONCE = 500;
/** Milliseconds until it is tried again where the log could not be read. */
const RETRY = 1000;

/** What is projected, and where to. */
export interface ProjectionParts {
  readonly log: Pick<EventLog, 'head' | 'read' | 'onAppend'>;
  readonly graph: Pick<Graph, 'apply'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells the graph of each event that is appended, soon after. Those before, the graph reads by itself. */
export function projectLog({ log, graph, clock, logger }: ProjectionParts): Projection {
  let told = log.head().seq;
  let stopped = false;
  let running: Promise<void> | undefined;
  let cancel = () => {};

  const catchUp = async () => {
    while (told < log.head().seq && !stopped) {
      const events = await log.read({ after: told, limit: AT_ONCE });
      await graph.apply(events);
      told = events.at(-1)?.seq ?? log.head().seq;
    }
  };
  const wake = () => {
    if (stopped || running !== undefined) return;
    running = catchUp().then(
      () => {
        running = undefined;
        if (told < log.head().seq) wake();
      },
      (error: unknown) => {
        running = undefined;
        if (stopped) return;
        logger.warn({ error: safeMessage(error) }, 'the graph was not told of new events; it is tried again');
        cancel = clock.after(RETRY, wake);
      },
    );
  };
  const deafen = log.onAppend(wake);

  return {
    async stop() {
      stopped = true;
      deafen();
      cancel();
      await running;
    },
  };
}
