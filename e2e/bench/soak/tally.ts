/** Counts what happens, by name. */
export interface Tally {
  count(name: string, times?: number): void;
  /** Of everything that happened, how often. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A tally of nothing. */
export function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    counts,
    count(name, times = 1) {
      if (times > 0) counts.set(name, (counts.get(name) ?? 0) + times);
    },
  };
}
