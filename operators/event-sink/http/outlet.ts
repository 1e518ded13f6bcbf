import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { abortWith, type Clock, within } from '@hearth/runtime/clock';

/** An answer that goes on. */
export interface Outlet {
  /** Resolves when there is room for more. Who does not read for too long is cut off. @throws where it ended */
  write(text: string): Promise<void>;
  end(): void;
}

/** Writes on an answer whose head was sent. `patience`: milliseconds that a reader may leave unread what was written. */
export function createOutlet(raw: ServerResponse, clock: Clock, patience: number): Outlet {
  const never = new AbortController().signal;
  return {
    async write(text) {
      if (raw.destroyed) throw new Error('the reader is gone');
      if (text === '' || raw.write(text)) return;
      try {
        await within(clock, patience, never, (signal) => drained(raw, signal));
      } catch (error) {
        raw.destroy();
        throw new Error('the reader is too slow', { cause: error });
      }
    },
    end: () => raw.end(),
  };
}

/** Resolves when what was written is on its way, or never will be. */
async function drained(raw: ServerResponse, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const letGo = abortWith(waiting, signal);
  try {
    await Promise.race(['drain', 'close'].map((event) => once(raw, event, { signal: waiting.signal })));
  } finally {
    letGo();
    waiting.abort();
  }
}
