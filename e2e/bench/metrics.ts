/** One number of a process's metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asks a process on the loopback interface for its metrics. */
export async function readMetrics(httpPort: number): Promise<readonly Sample[]> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers: { connection: 'close' } });
  return parseMetrics(await answer.text());
}

/** Reads Prometheus's text format. */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
    return [
      {
        name,
        labels: Object.fromEntries(Array.from(pairs, ([, key, of]) => [key, of])),
        value: Number(value),
      },
    ];
  });
}

/** How much samples that only grow have grown, each by its name and labels. */
export function growth(before: readonly Sample[], after: readonly Sample[]): readonly Sample[] {
  const keyOf = ({ name, labels }: Sample) => JSON.stringify([name, labels]);
  const known = new Map(before.map((sample) => [keyOf(sample), sample.value]));
  return after.map((sample) => ({ ...sample, value: sample.value - (known.get(keyOf(sample)) ?? 0) }));
}

/** The sum of the samples of a name whose labels are so. */
export function sumOf(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number {
  return samples
    .filter((sample) => sample.name === name && hasLabels(sample, labels))
    .reduce((sum, { value }) => sum + value, 0);
}

/**
 * The value below which a share of what a histogram counted lies, as Prometheus's histogram_quantile estimates it:
 * evenly spread within a bucket. NaN where nothing was counted; the highest bound where it lies above that.
 */
export function quantile(
  samples: readonly Sample[],
  histogram: string,
  labels: Sample['labels'],
  share: number,
): number {
  const buckets = samples
    .filter((sample) => sample.name === `${histogram}_bucket` && hasLabels(sample, labels))
    .map((sample) => ({
      bound: Number((sample.labels.le ?? '').replace('+Inf', 'Infinity')),
      count: sample.value,
    }))
    .sort((a, b) => a.bound - b.bound);
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return Number.NaN;
  const rank = share * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const [below, at] = [
    buckets[index - 1] ?? { bound: 0, count: 0 },
    buckets[index] ?? { bound: 0, count: 0 },
  ];
  if (at.bound === Number.POSITIVE_INFINITY) return below.bound;
  return below.bound + ((at.bound - below.bound) * (rank - below.count)) / (at.count - below.count);
}

const hasLabels = (sample: Sample, labels: Sample['labels']): boolean =>
  Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
