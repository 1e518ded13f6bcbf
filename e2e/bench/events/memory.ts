import { gain, median, medians, type Sample } from '../soak/trend.ts';
import type { Sink } from './sink.ts';

/** What the process held while resources changed. */
export interface Memory {
  readonly resources: number;
  readonly updates: number;
  readonly seconds: number;
  /** MiB: the median, the highest, and what the trend gains from the first update to the last. */
  readonly median: number;
  readonly peak: number;
  readonly gain: number;
  readonly samples: readonly Sample[];
}

/** How many updates there are between two looks at the memory. */
const STEP = 1000;
/** The trend is of the medians of as many updates: a store is built anew about so often, and holds little then. */
const STRETCH = 40_000;

/** Makes so many resources and changes them, one after the other. */
export async function measureMemory(
  sink: Sink,
  resources: number,
  updates: number,
  progress: (doing: string) => void,
): Promise<Memory> {
  await sink.order({ do: 'change', resources, from: 0, count: resources });
  const samples: Sample[] = [];
  const start = performance.now();
  for (let at = 0; at < updates; at += STEP) {
    await sink.order({ do: 'change', resources, from: resources + at, count: STEP });
    samples.push({ at: at + STEP, value: sink.usage().rss });
    if (samples.length % 20 === 0) progress(`${at + STEP} updates, ${sink.usage().rss.toFixed(0)} MiB`);
  }
  const values = samples.map(({ value }) => value);
  return {
    resources,
    updates,
    seconds: (performance.now() - start) / 1000,
    median: median(values),
    peak: sink.usage().peakRss,
    gain: gain(medians(samples, STRETCH)),
    samples,
  };
}
