import type { Goal, Table } from '../report.ts';
import type { Finale, Rest } from './finale.ts';
import type { Course, Round } from './rounds.ts';
import { gain, median, medians, type Sample } from './trend.ts';

/** All that a soak found. */
export interface Soak {
  readonly seed: number;
  readonly course: Course;
  /** What happened, and how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** Undefined where something had gone wrong before. */
  readonly finale: Finale | undefined;
  /** Why there is none, where that was found out last. */
  readonly problem?: string;
}

/** Memory may rise by so large a share of it by its trend. */
const RISE = 0.05;
/** A process in its first minutes is still warming up, its code too: of its life, this share is left out. */
const WARMING = 0.25;
/** Of sockets, files and timers, so many come and go: a connection to renew the lease, a timer of a queue. */
const SLACK = 2;

/** How the memory of the process went in the last three quarters of its life, by the median of each minute. */
export function memoryTrend(memory: readonly Sample[]): {
  readonly median: number;
  readonly gain: number;
  readonly minutes: number;
} {
  const [first, last] = [memory.at(0)?.at ?? 0, memory.at(-1)?.at ?? 0];
  const from = first + (last - first) * WARMING;
  const measured = medians(
    memory.filter(({ at }) => at >= from),
    1,
  );
  return { median: median(measured.map(({ value }) => value)), gain: gain(measured), minutes: last - from };
}

/** What happened, how the process fared round by round, and how it compares with one that saw nothing of it. */
export function tablesOf({ course, counts, finale, seed }: Soak): readonly Table[] {
  return [
    {
      title: `Soak, seed ${seed}: what happened`,
      columns: ['', 'times'],
      rows: Object.entries(counts)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => [name, `${count}`]),
    },
    {
      title: 'After each round',
      columns: ['minute', 'well after, s', 'RSS, MiB', 'heap, MiB', 'sockets', 'open files', 'timers'],
      rows: course.rounds.map(rowOf),
    },
    ...(finale ? [restTable(finale)] : []),
  ];
}

const rowOf = ({ at, killing, recovery, vitals }: Round): string[] => [
  `${at.toFixed(1)}${killing ? ', operator killed' : ''}`,
  recovery.toFixed(1),
  vitals.rss.toFixed(0),
  vitals.heap.toFixed(0),
  `${vitals.sockets}`,
  `${vitals.descriptors}`,
  `${vitals.timers}`,
];

function restTable({ old, fresh }: Finale): Table {
  const row = (name: string, value: (rest: Rest) => number, digits = 0) => [
    name,
    value(old).toFixed(digits),
    value(fresh).toFixed(digits),
  ];
  return {
    title: 'At rest',
    columns: ['', 'the process of the soak', 'a fresh one'],
    rows: [
      row('RSS, MiB', ({ vitals }) => vitals.rss),
      row('heap, MiB', ({ vitals }) => vitals.heap),
      row('watches', ({ watches }) => watches.length),
      row('sockets', ({ vitals }) => vitals.sockets),
      row('open files', ({ vitals }) => vitals.descriptors),
      row('timers', ({ vitals }) => vitals.timers),
      row('writes but for the lease', ({ writes }) => writes.length),
    ],
  };
}

/** What a soak should come to. */
export function goalsOf({ course, finale, ...soak }: Soak): readonly Goal[] {
  const { rounds, memory, problem = soak.problem } = course;
  const slowest = Math.max(0, ...rounds.map(({ recovery }) => recovery));
  const trend = memoryTrend(memory);
  return [
    {
      wanted: 'after each round all Apps Ready, nothing lost, nothing left over',
      measured: problem ?? `${rounds.length} rounds, at most ${slowest.toFixed(0)} s after the last fault`,
      met: problem === undefined,
    },
    {
      wanted: `the trend of RSS over ${trend.minutes.toFixed(0)} minutes gains at most ${RISE * 100} % of its median`,
      measured: `${trend.gain.toFixed(1)} of ${trend.median.toFixed(0)} MiB`,
      met: trend.gain <= trend.median * RISE,
    },
    ...(finale ? finalGoals(finale) : []),
  ];
}

function finalGoals({ old, fresh, differences }: Finale): readonly Goal[] {
  const extra = (name: string, value: (rest: Rest) => number): Goal => ({
    wanted: `no ${name} leaked: at most ${SLACK} more than a fresh process has`,
    measured: `${value(old)}, fresh ${value(fresh)}`,
    met: value(old) <= value(fresh) + SLACK,
  });
  const isSame = old.watches.join('\n') === fresh.watches.join('\n');
  return [
    {
      wanted: 'the same objects as where the same Apps were installed in peace',
      measured: differences.length === 0 ? 'yes' : differences.join('\n'),
      met: differences.length === 0,
    },
    {
      wanted: 'no watch leaked: those that a fresh process has, each once',
      measured: isSame
        ? `${old.watches.length}`
        : `${old.watches.join(' ')}\nfresh: ${fresh.watches.join(' ')}`,
      met: isSame,
    },
    extra('socket', ({ vitals }) => vitals.sockets),
    extra('open file', ({ vitals }) => vitals.descriptors),
    extra('timer', ({ vitals }) => vitals.timers),
    {
      wanted: 'no writes at rest but for the lease',
      measured: old.writes.length === 0 ? 'none' : [...new Set(old.writes)].join('\n'),
      met: old.writes.length === 0,
    },
  ];
}
