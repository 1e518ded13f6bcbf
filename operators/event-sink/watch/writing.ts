import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import { type Cursor, type EventLog, LogFull, type NewEvent } from '../log/event-log.ts';
import type { Backlog } from './backlog.ts';
import type { Step } from './changes.ts';

/** How the log takes what it is given. */
export type Writable = 'writing' | 'full' | 'failing';

/** Brings the steps of one kind into the log, in their order. */
export interface Writing {
  push(step: Step): void;
  /** Resolves when all is in the log, or the signal was given and it doesn't take it. */
  done(): Promise<void>;
  /** How many events wait. */
  waiting(): number;
}

/** What it needs. */
export interface WritingOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** The kind, by its `kindName`. */
  readonly of: string;
  readonly backlog: Backlog;
  readonly clock: Clock;
  /** Told when events were recorded. */
  readonly onRecorded: (events: readonly NewEvent[]) => void;
  /** Told each time that the log takes nothing, and when it does again. */
  readonly onChange: (writable: Writable, error?: unknown) => void;
}

/** Milliseconds until a log that took nothing is tried again. Room is made by people, or by pruning. */
const BACKOFF = { first: 1_000, longest: 15_000 };

/** Events in one append. More come in the next: it begins while the one before is being synced for others. */
const MOST_EVENTS = 500;

/**
 * Writes steps, many in one append, one append at a time. What the log doesn't take is tried again until it does:
 * nothing is left out, and nothing overtakes it.
 */
export function createWriting(options: WritingOptions, signal: AbortSignal): Writing {
  const { log, of, backlog, clock, onRecorded } = options;
  let queue: Step[] = [];
  let running: Promise<void> | undefined;
  let failures = 0;

  const failed = (error: unknown) => {
    failures += 1;
    options.onChange(error instanceof LogFull ? 'full' : 'failing', error);
  };
  const worked = () => {
    if (failures > 0) options.onChange('writing');
    failures = 0;
  };

  /** Whether it could be written. */
  async function writeSome(): Promise<boolean> {
    const { events, cursor, steps, weight } = batchOf(queue, of);
    try {
      await log.append(events, cursor);
    } catch (error) {
      failed(error);
      return false;
    }
    queue = queue.slice(steps);
    backlog.done(weight);
    worked();
    onRecorded(events);
    return true;
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      if (await writeSome()) continue;
      if (signal.aborted) return;
      await pause(clock, backoffDelay(failures, BACKOFF), signal);
    }
  }

  return {
    push(step) {
      queue.push(step);
      backlog.add(step.weight);
      running ??= run().finally(() => {
        running = undefined;
      });
    },
    done: async () => running,
    waiting: () => queue.reduce((sum, { events }) => sum + events.length, 0),
  };
}

/** What goes into the next append: one step at least, and then as many as don't make it too long. */
function batchOf(queue: readonly Step[], of: string) {
  const events: NewEvent[] = [];
  let cursor: Cursor = { of, resourceVersion: '' };
  let steps = 0;
  let weight = 0;
  for (const step of queue) {
    if (steps > 0 && events.length + step.events.length > MOST_EVENTS) break;
    events.push(...step.events);
    cursor = { of, resourceVersion: step.resourceVersion };
    weight += step.weight;
    steps += 1;
  }
  return { events, cursor, steps, weight };
}
