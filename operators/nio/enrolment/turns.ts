/** Lets so many do something at the same time; the others wait, in their order. */
export interface Turns {
  /** How many wait. */
  readonly waiting: number;
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** Nobody is in. How many wait is for others to bound. */
export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    get waiting() {
      return waiting.length;
    },
    async take(work) {
      if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside++;
      try {
        return await work();
      } finally {
        // The place goes from hand to hand: nobody who comes now is before who waits.
        const next = waiting.shift();
        if (next) next();
        else inside--;
      }
    },
  };
}
