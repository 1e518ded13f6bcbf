import type { Clock } from '@hearth/runtime/clock';

/** A clock on which all waiting is over at once, and yet has taken its time. */
export interface AutoClock extends Clock {
  seconds(): number;
  advance(seconds: number): void;
}

/** A clock that stands until somebody waits. */
export function autoClock(): AutoClock {
  const begin = Date.parse('2026-01-01T00:00:00Z');
  let elapsed = 0;
  return {
    now: () => new Date(begin + elapsed),
    monotonic: () => elapsed,
    seconds: () => elapsed / 1000,
    advance(seconds) {
      elapsed += seconds * 1000;
    },
    after(milliseconds, callback) {
      const due = elapsed + Math.max(0, milliseconds);
      const immediate = setImmediate(() => {
        elapsed = Math.max(elapsed, due);
        callback();
      });
      return () => clearImmediate(immediate);
    },
  };
}
