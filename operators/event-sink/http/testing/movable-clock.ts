import { type Clock, systemClock } from '@hearth/runtime/clock';

/** A clock that can be put forward. */
export function movableClock(): Clock & { advance(milliseconds: number): void } {
  let ahead = 0;
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + ahead,
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
