import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLog } from '../../../operators/event-sink/log/sqlite/sqlite-log.ts';
import type { Benchmark } from '../report.ts';
import { type AppendRate, measureAppends, measureSyncs } from './append.ts';

const WRITERS = [1, 10, 100, 1000];
const SECONDS = 5;
/** Events a second that the log must take from many writers. */
const GOAL = 5000;

/** Times how fast the event log takes events, in the folder for temporary files. */
export const benchEvents: Benchmark = async ({ progress }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  try {
    progress('syncing pages, without a log');
    const syncs = measureSyncs(folder, 2);
    const appends: AppendRate[] = [];
    for (const writers of WRITERS) {
      progress(`appending, ${writers} writers at a time`);
      appends.push(await rateOf(join(folder, `${writers}.db`), writers));
    }
    return reportOf(syncs, appends);
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function rateOf(file: string, writers: number): Promise<AppendRate> {
  const log = openSqliteLog(file);
  try {
    return await measureAppends(log, writers, SECONDS);
  } finally {
    await log.close();
  }
}

function reportOf(syncs: number, appends: readonly AppendRate[]) {
  const most = Math.max(...appends.map(({ rate }) => rate));
  return {
    results: { syncs, appends },
    tables: [
      {
        title: `Events appended durably, on a disk that syncs ${syncs.toFixed(0)} pages a second`,
        columns: ['writers', 'events/s', 'p50 ms', 'p99 ms'],
        rows: appends.map(({ writers, rate, p50, p99 }) => [
          `${writers}`,
          rate.toFixed(0),
          p50.toFixed(1),
          p99.toFixed(1),
        ]),
      },
    ],
    goals: [
      {
        wanted: `${GOAL} events/s durable with many writers`,
        measured: `${most.toFixed(0)} events/s`,
        met: most >= GOAL,
      },
    ],
  };
}
