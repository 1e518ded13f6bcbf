/** Something that was measured at a time. */
export interface Sample {
  /** In any unit; the trend is per that unit. */
  readonly at: number;
  readonly value: number;
}

/** The middle value; the mean of the two in the middle where there are two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/**
 * How much samples rise per unit of time: the median of the slopes between any two of them, which single peaks
 * don't move (H. Theil 1950, P. K. Sen 1968). 0 where there are fewer than two.
 */
export function slope(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((a, index) =>
    samples.slice(index + 1).flatMap((b) => (a.at === b.at ? [] : [(b.value - a.value) / (b.at - a.at)])),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** How much samples rise from the first to the last by their trend. */
export function gain(samples: readonly Sample[]): number {
  const times = samples.map(({ at }) => at);
  return samples.length === 0 ? 0 : slope(samples) * (Math.max(...times) - Math.min(...times));
}

/** The median of each stretch of time of that length, at its middle; none where nothing was measured. */
export function medians(samples: readonly Sample[], length: number): Sample[] {
  const stretches = Map.groupBy(samples, ({ at }) => Math.floor(at / length));
  return Array.from(stretches, ([index, members]) => ({
    at: (index + 0.5) * length,
    value: median(members.map(({ value }) => value)),
  }));
}
