import type { Goal, Table } from '../report.ts';
import type { Run } from './measure.ts';

/** The names of the contenders. */
export const CEILING = 'bare writes';
export const HEARTH = 'Hearth';
export const PEER = 'controller-runtime';
export const SPARING_PEER = 'the same, sparing';

interface Metric {
  readonly name: string;
  readonly digits: number;
  value(run: Run): number | undefined;
}

const metric = (name: string, digits: number, value: Metric['value']): Metric => ({ name, digits, value });

const METRICS: readonly Metric[] = [
  metric('objects made Ready, 1/s', 0, ({ drain }) => drain.rate),
  metric('start to all Ready, s', 1, ({ drain }) => drain.total),
  metric('write requests per object', 2, ({ drain }) => drain.writes),
  metric('CPU, s', 1, ({ drain }) => drain.cpu),
  metric('peak RSS, MiB', 0, ({ drain }) => drain.peakRss),
  metric('settled RSS, MiB', 0, ({ drain }) => drain.settledRss),
  metric('create to Ready p50, ms', 1, ({ steady }) => steady?.p50),
  metric('create to Ready p99, ms', 1, ({ steady }) => steady?.p99),
  metric('steady CPU, s', 1, ({ steady }) => steady?.cpu),
  metric('cold sync, s', 2, ({ cold }) => cold?.sync),
  metric('cold CPU, s', 1, ({ cold }) => cold?.cpu),
  metric('cold write requests', 0, ({ cold }) => cold?.writes),
  metric('cold peak RSS, MiB', 0, ({ cold }) => cold?.peakRss),
  metric('cold settled RSS, MiB', 0, ({ cold }) => cold?.settledRss),
];

/** Means over the runs of each contender, with their spread, and Hearth's ratios to the others. */
export function summaryTable(runs: readonly Run[], title: string): Table {
  const rows = METRICS.map(({ name, digits, value }) => {
    const of = (contender: string) => valuesOf(runs, contender, value);
    const values = [CEILING, HEARTH, PEER, SPARING_PEER].map(of);
    const ratios = [PEER, SPARING_PEER, CEILING].map((other) => ratioText(of(HEARTH), of(other)));
    return [name, ...values.map((found) => spread(found, digits)), ...ratios];
  });
  const ratioColumns = ['Hearth/c-r', 'Hearth/sparing', 'Hearth/bare'];
  const columns = ['mean (lowest–highest)', CEILING, HEARTH, PEER, SPARING_PEER, ...ratioColumns];
  return { title, columns, rows };
}

/** How quiet the machine was, run by run, in the order in which they were made. */
export function noiseTable(runs: readonly Run[]): Table {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  return {
    title: 'The machine while the objects became Ready',
    columns: ['run', 'objects/s', 'busy elsewhere', 'load before'],
    rows: runs.map(({ contender, drain: { rate, noise, load } }) => [
      contender,
      rate.toFixed(0),
      percent(noise),
      load.toFixed(1),
    ]),
  };
}

/** What the measurements should come to. */
export function goalsOf(runs: readonly Run[]): readonly Goal[] {
  const rate = (contender: string) => mean(valuesOf(runs, contender, ({ drain }) => drain.rate));
  const toPeers = [PEER, SPARING_PEER].map((peer) => rate(HEARTH) / rate(peer));
  const toCeiling = rate(HEARTH) / rate(CEILING);
  const settled = (value: Metric['value']) => valuesOf(runs, HEARTH, value);
  const memory = Math.max(
    ...settled(({ drain }) => drain.settledRss),
    ...settled(({ cold }) => cold?.settledRss),
  );
  return [
    ...toPeers.map((ratio, index) => ({
      wanted: `at least 1.1 times controller-runtime's rate${index === 0 ? '' : ', made sparing'}`,
      measured: ratio.toFixed(2),
      met: ratio >= 1.1,
    })),
    {
      wanted: 'at least 80 % of the bare writes',
      measured: `${(toCeiling * 100).toFixed(0)} %`,
      met: toCeiling >= 0.8,
    },
    {
      wanted: 'settled memory under 150 MB',
      measured: `${((memory * 1024 * 1024) / 1e6).toFixed(0)} MB`,
      met: memory * 1024 * 1024 < 150e6,
    },
  ];
}

function valuesOf(runs: readonly Run[], contender: string, value: Metric['value']): readonly number[] {
  return runs
    .filter((run) => run.contender === contender)
    .map(value)
    .filter((found) => found !== undefined);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return '–';
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return low === high ? `${low}` : `${mean(values).toFixed(digits)} (${low}–${high})`;
}

function ratioText(values: readonly number[], others: readonly number[]): string {
  if (values.length === 0 || others.length === 0 || mean(others) === 0) return '–';
  return (mean(values) / mean(others)).toFixed(2);
}
