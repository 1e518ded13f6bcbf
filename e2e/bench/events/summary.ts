import type { Goal, Table } from '../report.ts';
import type { AppendRate } from './append.ts';
import type { Lag } from './lag.ts';
import type { Memory } from './memory.ts';
import type { QueryTimes } from './queries.ts';

/** What was found in all. */
export interface Findings {
  /** Pages that the disk syncs in a second, with nothing above it. */
  readonly syncs: number;
  readonly appends: readonly AppendRate[];
  readonly lag: Lag;
  readonly rebuild: { readonly resources: number; readonly events: number; readonly seconds: number };
  readonly statements: number;
  readonly queries: readonly QueryTimes[];
  readonly memory: Memory;
  /** The share of the machine's CPU time that went to something else meanwhile. */
  readonly noise: number;
}

/** Events a second that the log must take from many writers. */
const APPENDED = 5000;
/** Milliseconds within which 99 % of changes must be seen. */
const LAG = 300;
/** Seconds in which a graph must be built. */
const REBUILD = 300;
/** MiB that the process may hold, and the share of its median that the trend of that may gain. */
const MEMORY = 600;
const RISE = 0.05;

/** For people: each thing that was measured. */
export const tablesOf = ({ syncs, appends, lag, statements, queries, noise }: Findings): Table[] => [
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
  {
    title: `From a change in the API server to queries that see it, ${lag.resources} resources`,
    columns: [
      'changes',
      'changes/s',
      'API server p50 ms',
      'p50 ms',
      'p99 ms',
      'longest ms',
      'after the answer p50 ms',
      'p99 ms',
    ],
    rows: [
      [
        `${lag.changes}`,
        lag.rate.toFixed(0),
        ...[lag.answered, lag.p50, lag.p99, lag.longest, lag.ownP50, lag.ownP99].map((value) =>
          value.toFixed(0),
        ),
      ],
    ],
  },
  {
    title: `Queries over ${statements} statements, in ms; the first of an audience fills its store`,
    columns: ['question', 'resources seen', 'first', 'p50', 'p99'],
    rows: queries.map(({ name, visible, first, p50, p99 }) => [
      name,
      `${visible}`,
      ...[first, p50, p99].map((value) => value.toFixed(1)),
    ]),
  },
  {
    title: 'The machine',
    columns: ['', '%'],
    rows: [['CPU time that went to something else', (noise * 100).toFixed(0)]],
  },
];

/** Whether each goal was met. */
export function goalsOf({ appends, lag, rebuild, memory }: Findings): Goal[] {
  const most = Math.max(...appends.map(({ rate }) => rate));
  return [
    {
      wanted: `${APPENDED} events/s durable with many writers`,
      measured: `${most.toFixed(0)} events/s`,
      met: most >= APPENDED,
    },
    {
      wanted: `99 % of changes seen within ${LAG} ms at 200 a second`,
      measured: `p99 ${lag.p99.toFixed(0)} ms at ${lag.rate.toFixed(0)} a second`,
      met: lag.p99 < LAG && lag.rate >= 190,
    },
    {
      wanted: `a graph of ${rebuild.resources} resources built from ${rebuild.events} events within ${REBUILD} s`,
      measured: `${rebuild.seconds.toFixed(1)} s`,
      met: rebuild.seconds < REBUILD,
    },
    {
      wanted: `RSS under ${MEMORY} MiB with ${memory.resources} resources over ${memory.updates} updates`,
      measured: `${memory.peak.toFixed(0)} MiB at its highest`,
      met: memory.peak < MEMORY,
    },
    {
      wanted: `the trend of RSS gains at most ${RISE * 100} % of its median`,
      measured: `${memory.gain.toFixed(1)} of ${memory.median.toFixed(0)} MiB`,
      met: memory.gain <= memory.median * RISE,
    },
  ];
}
