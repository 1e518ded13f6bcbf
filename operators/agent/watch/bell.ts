import { aborted, abortWith, type Clock, pause } from '@hearth/runtime/clock';

/** Cuts the sleep short of who waits for news. */
export interface Bell {
  ring(): void;
  /**
   * Listens from now on, so that what comes before one sleeps is not slept through.
   * @returns sleeps until it rings (or has rung since), the signal is aborted, or so many milliseconds are over.
   */
  listen(): (signal: AbortSignal, milliseconds?: number) => Promise<void>;
}

/** A bell that nobody has rung yet. */
export function createBell(clock: Clock): Bell {
  let next = new AbortController();
  return {
    ring() {
      next.abort();
      next = new AbortController();
    },
    listen() {
      const rung = next.signal;
      return async (signal, milliseconds) => {
        if (milliseconds === 0) return;
        const either = new AbortController();
        const letGo = [abortWith(either, signal), abortWith(either, rung)];
        await (milliseconds === undefined
          ? aborted(either.signal)
          : pause(clock, milliseconds, either.signal));
        for (const each of letGo) each();
      };
    },
  };
}
