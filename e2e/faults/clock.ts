import { type Clock, systemClock } from '@hearth/runtime';

/** The machine's clock, which goes on by itself and can be moved. */
export interface MovableClock extends Clock {
  /** Time passes at once, on both clocks: what falls due meanwhile is called. In milliseconds. */
  pass(milliseconds: number): void;
  /** The time of day is set forward or back, as by a person or NTP; no time passes. */
  set(milliseconds: number): void;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  cancel: () => void;
}

/** A clock that has not been moved yet. */
export function movableClock(): MovableClock {
  const timers = new Set<Timer>();
  let passed = 0;
  let set = 0;
  const monotonic = () => systemClock.monotonic() + passed;
  const arm = (timer: Timer) => {
    timer.cancel = systemClock.after(timer.due - monotonic(), () => {
      timers.delete(timer);
      timer.callback();
    });
  };
  return {
    monotonic,
    now: () => new Date(systemClock.now().getTime() + passed + set),
    after(milliseconds, callback) {
      const timer: Timer = { due: monotonic() + milliseconds, callback, cancel: () => undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    pass(milliseconds) {
      passed += milliseconds;
      for (const timer of timers) {
        timer.cancel();
        arm(timer);
      }
    },
    set(milliseconds) {
      set += milliseconds;
    },
  };
}
