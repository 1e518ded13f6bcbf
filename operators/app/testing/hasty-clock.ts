import { type Clock, systemClock } from '@hearth/runtime';

/** The machine's clock, which can be made to jump ahead: what falls due on the way is called at once. */
export interface HastyClock extends Clock {
  advance(milliseconds: number): void;
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** One that has not jumped yet. */
export function hastyClock(): HastyClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  const monotonic = () => systemClock.monotonic() + ahead;
  return {
    monotonic,
    now: () => new Date(systemClock.now().getTime() + ahead),
    after(milliseconds, callback) {
      const fire = () => {
        cancel();
        callback();
      };
      const timer = { at: monotonic() + milliseconds, fire };
      const cancelReal = systemClock.after(milliseconds, fire);
      const cancel = () => {
        timers.delete(timer);
        cancelReal();
      };
      timers.add(timer);
      return cancel;
    },
    advance(milliseconds) {
      ahead += milliseconds;
      const due = [...timers].filter(({ at }) => at <= monotonic());
      for (const { fire } of due.toSorted((a, b) => a.at - b.at)) fire();
    },
  };
}
