import type { Goal, Table } from '../report.ts';
import type { Effort, Scale } from './measure.ts';

/**
 * What KubeVela is said to take for 3,000 applications (D. Yin, "Stability and scalability assessment of KubeVela",
 * https://www.cncf.io/blog/2023/04/12/stability-and-scalability-assessment-of-kubevela/): milliseconds, cores, MiB.
 */
const KUBEVELA = { p99: 800, cores: 0.5, mebibytes: 1024 };

/** What was measured, one thing that happened beside the other. */
export function scaleTable({ apps, wave, steady, arrival, rss }: Scale): Table {
  const { rewired } = arrival;
  const columns = ['', `${apps} apps at once`, `${steady.count} more, singly`, `a gateway for ${rewired}`];
  const efforts = [
    { ...wave, apps },
    { ...steady, apps: steady.count },
    { ...arrival, apps: rewired },
  ];
  const row = (
    name: string,
    digits: number,
    value: (effort: Effort & { readonly apps: number }) => number,
  ) => [name, ...efforts.map((effort) => value(effort).toFixed(digits))];
  return {
    title: `A home of ${apps} apps; rss ${rss.empty.toFixed(0)} MiB before, ${rss.afterWave.toFixed(0)} and ${rss.afterArrival.toFixed(0)} MiB settled`,
    columns,
    rows: [
      row('until all are Ready, s', 1, ({ seconds }) => seconds),
      row('apps per second', 1, (effort) => effort.apps / effort.seconds),
      row('passes', 0, ({ passes }) => passes),
      row('passes per app', 2, (effort) => effort.passes / effort.apps),
      row('pass p50, ms', 1, ({ p50 }) => p50),
      row('pass p99, ms', 1, ({ p99 }) => p99),
      row('operators: CPU, s', 1, ({ cpu }) => cpu),
      row('operators: cores', 2, ({ cores }) => cores),
      row('operators: CPU per app, ms', 1, (effort) => (effort.cpu / effort.apps) * 1000),
      row('operators: peak RSS, MiB', 0, ({ peakRss }) => peakRss),
      row('writes per app', 2, (effort) => effort.writes / effort.apps),
      row('reads per app', 2, (effort) => effort.reads / effort.apps),
      row('busy elsewhere, %', 0, ({ noise }) => noise * 100),
      ['create to Ready p50, ms', '', steady.readyP50.toFixed(0), ''],
      ['create to Ready p99, ms', '', steady.readyP99.toFixed(0), ''],
    ],
  };
}

/** What it should come to. */
export function scaleGoals({ wave, arrival, touched }: Scale, routed: number): readonly Goal[] {
  const p99 = Math.max(wave.p99, arrival.p99);
  const peak = Math.max(wave.peakRss, arrival.peakRss);
  return [
    goal(`p99 of a pass below ${KUBEVELA.p99} ms`, `${p99.toFixed(0)} ms`, p99 < KUBEVELA.p99),
    goal(
      `no more than ${KUBEVELA.cores} cores on average`,
      wave.cores.toFixed(2),
      wave.cores <= KUBEVELA.cores,
    ),
    goal(`below ${KUBEVELA.mebibytes} MiB`, `${peak.toFixed(0)} MiB`, peak < KUBEVELA.mebibytes),
    goal(
      `a late gateway rewires the ${routed} that have a slot for it`,
      `${arrival.rewired}, of which ${arrival.restarted} restarted`,
      arrival.rewired === routed && arrival.restarted === routed,
    ),
    goal(
      'and nothing of any other is written',
      touched.slice(0, 5).join(', ') || 'nothing',
      touched.length === 0,
    ),
  ];
}

const goal = (wanted: string, measured: string, met: boolean): Goal => ({ wanted, measured, met });
