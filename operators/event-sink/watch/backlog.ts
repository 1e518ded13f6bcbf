/** What all kinds together have taken and not recorded yet. It has a bound, so that a log that is slow costs no memory. */
export interface Backlog {
  /** Something was taken that weighs so much. */
  add(weight: number): void;
  /** It was recorded. */
  done(weight: number): void;
  /** Undefined while more can be taken; otherwise resolves when it can. */
  room(): Promise<void> | undefined;
  /** Bytes, about. */
  weight(): number;
  /** Nobody is to wait any more. */
  release(): void;
}

/**
 * A backlog that is full at `most` bytes, and has room again at half of that: what has ended is not begun again for a
 * single event.
 */
export function createBacklog(most: number): Backlog {
  let weight = 0;
  let waiting: PromiseWithResolvers<void> | undefined;
  let released = false;
  const open = () => {
    waiting?.resolve();
    waiting = undefined;
  };
  return {
    add(more) {
      weight += more;
      if (weight >= most && !released) waiting ??= Promise.withResolvers();
    },
    done(less) {
      weight -= less;
      if (weight <= most / 2) open();
    },
    room: () => waiting?.promise,
    weight: () => weight,
    release() {
      released = true;
      open();
    },
  };
}
