import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLog } from '../../../operators/event-sink/log/sqlite/sqlite-log.ts';
import type { Benchmark } from '../report.ts';
import { machineMoment, noiseBetween } from '../usage.ts';
import { type AppendRate, measureAppends, measureSyncs } from './append.ts';
import { measureLag } from './lag.ts';
import { measureMemory } from './memory.ts';
import { measureQueries } from './queries.ts';
import { type Sink, startSink } from './sink.ts';
import { type Findings, goalsOf, tablesOf } from './summary.ts';

const WRITERS = [1, 10, 100, 1000];
/** How long each is measured that is measured for a time. */
const APPEND_SECONDS = 5;
const LAG_SECONDS = 60;

/** How many live in the home whose changes must be seen at once. */
const LIVELY = 1_000;
const RESOURCES = 10_000;
const UPDATES = 200_000;
const EVENTS = 1_000_000;
/** Of these, a million statements are made. */
const MILLION = 18_200;

/** Times the event sink: its log, its watch and its graph, in the folder for temporary files. */
export const benchEvents: Benchmark = async ({ objects = RESOURCES, repetitions = 20, progress }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const before = machineMoment();
  const inSink = async <T>(name: string, measure: (sink: Sink) => Promise<T>): Promise<T> => {
    const sink = await startSink(join(folder, `${name}.db`));
    try {
      return await measure(sink);
    } finally {
      await sink.stop();
    }
  };
  try {
    progress('syncing pages, without a log');
    const syncs = measureSyncs(folder, 2);
    const appends = await measureAll(folder, progress);
    progress(`changing ${LIVELY} resources of a cluster for ${LAG_SECONDS} s`);
    const lag = await inSink('lag', (sink) => measureLag(sink, LIVELY, LAG_SECONDS));
    progress('filling a graph with a million statements');
    const { statements, queries } = await inSink('queries', async (sink) => {
      await sink.order({ do: 'record', resources: MILLION, from: 0, count: MILLION });
      return await measureQueries(sink, MILLION, repetitions);
    });
    progress(`changing ${objects} resources ${UPDATES} times`);
    const memory = await inSink('memory', (sink) => measureMemory(sink, objects, UPDATES, progress));
    progress(`recording ${EVENTS} events of ${objects} resources, then building the graph`);
    const rebuild = await inSink('rebuild', (sink) => measureRebuild(sink, objects));
    const noise = noiseBetween(before, machineMoment());
    const findings: Findings = { syncs, appends, lag, rebuild, statements, queries, memory, noise };
    return { results: findings, tables: tablesOf(findings), goals: goalsOf(findings) };
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function measureAll(folder: string, progress: (doing: string) => void): Promise<AppendRate[]> {
  const rates: AppendRate[] = [];
  for (const writers of WRITERS) {
    progress(`appending, ${writers} writers at a time`);
    const log = openSqliteLog(join(folder, `${writers}.db`));
    try {
      rates.push(await measureAppends(log, writers, APPEND_SECONDS));
    } finally {
      await log.close();
    }
  }
  return rates;
}

async function measureRebuild(sink: Sink, resources: number): Promise<Findings['rebuild']> {
  await sink.order({ do: 'record', resources, from: 0, count: EVENTS });
  const { milliseconds } = await sink.order({ do: 'build' });
  return { resources, events: EVENTS, seconds: milliseconds / 1000 };
}
