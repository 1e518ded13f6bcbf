import type { Goal, Table } from '../report.ts';
import { median } from '../soak/trend.ts';
import type { Usage } from '../usage.ts';
import { CLIENTS, type Load } from './load.ts';
import type { Scale, SignInMemory, Turn } from './measure.ts';
import { spread } from './spread.ts';

/** What was found in all; the contenders are called by their names, Hearth's identity first. */
export interface Findings {
  readonly scale: Scale;
  readonly names: readonly [hearth: string, peer: string];
  readonly memory: SignInMemory;
  readonly turns: readonly Turn[];
  readonly checks: readonly Load[];
  /** What each has used when all is over, in the order of the names. */
  readonly usage: readonly [hearth: Usage, peer: Usage];
}

interface Metric {
  readonly name: string;
  readonly digits: number;
  value(load: Load): number;
}

const metric = (name: string, digits: number, value: Metric['value']): Metric => ({ name, digits, value });

/** What is compared. */
const FIGURES: readonly Metric[] = [
  metric('answered, 1/s', 0, ({ calls, seconds }) => calls / seconds),
  metric('p50, ms', 2, ({ p50 }) => p50),
  metric('p99, ms', 2, ({ p99 }) => p99),
  metric('CPU of each, ms', 3, ({ cpu, calls }) => (cpu / calls) * 1000),
];

/** How the machine was shared meanwhile. */
const SHARES: readonly Metric[] = [
  metric('provider: CPUs busy', 2, ({ cpu, seconds }) => cpu / seconds),
  metric('load generator: CPUs busy', 2, ({ generator, seconds }) => generator / seconds),
  metric('machine busy elsewhere, %', 0, ({ noise }) => noise * 100),
];

/** Exchanges of a code for tokens, side by side, with the ratio of the medians. */
export function exchangeTable({ scale, names, turns, usage }: Findings): Table {
  const [hearth, peer] = [counted(turns, names[0]), counted(turns, names[1])];
  const row = ({ name, digits, value }: Metric) =>
    [name, ...[hearth, peer].map((loads) => spread(loads.map(value), digits))] as const;
  const ratio = ({ value }: Metric) => ratioText(median(hearth.map(value)), median(peer.map(value)));
  const memory = (name: string, value: (used: Usage) => number) => {
    const [one, other] = [value(usage[0]), value(usage[1])];
    return [name, one.toFixed(0), other.toFixed(0), ratioText(one, other)];
  };
  return {
    title: `A code for tokens, ${scale.exchanges} a round by ${CLIENTS} clients; median (lowest–highest) of ${scale.rounds} rounds`,
    columns: ['', ...names, 'ratio'],
    rows: [
      ...FIGURES.map((figure) => [...row(figure), ratio(figure)]),
      memory('RSS after all rounds, MiB', ({ rss }) => rss),
      memory('highest RSS, MiB', ({ peakRss }) => peakRss),
      ...SHARES.map(row),
    ],
  };
}

/** Forward-auth checks. */
export function checkTable({ names, checks }: Findings): Table {
  return {
    title: `Forward-auth checks, ${checks[0]?.calls ?? 0} a round by ${CLIENTS} clients; median (lowest–highest) of ${checks.length} rounds`,
    columns: ['', names[0]],
    rows: [...FIGURES, ...SHARES].map(({ name, digits, value }) => [name, spread(checks.map(value), digits)]),
  };
}

/** What identity holds of memory as people sign in. */
export function memoryTable({ scale: { signIns }, memory, usage }: Findings): Table {
  const row = (name: string, mib: number) => [name, mib.toFixed(0), ((mib * 1024 * 1024) / 1e6).toFixed(0)];
  return {
    title: 'RSS of Hearth identity',
    columns: ['', 'MiB', 'MB'],
    rows: [
      row('everyone has a device', memory.before),
      row(`after ${signIns} sign-ins`, memory.first),
      row(`after ${2 * signIns} sign-ins`, memory.second),
      row('after all rounds', usage[0].rss),
    ],
  };
}

/** Each round as it was made, those that warm up too: whether they still get faster, and how quiet the machine was. */
export function turnTable({ turns }: Findings): Table {
  return {
    title: 'Exchanges, round by round',
    columns: ['', '1/s', 'p99, ms', 'CPUs busy', 'load generator', 'elsewhere'],
    rows: turns.map(({ contender, counts, load: { calls, seconds, p99, cpu, generator, noise } }) => [
      counts ? contender : `(warming up) ${contender}`,
      (calls / seconds).toFixed(0),
      p99.toFixed(1),
      (cpu / seconds).toFixed(2),
      (generator / seconds).toFixed(2),
      `${(noise * 100).toFixed(0)} %`,
    ]),
  };
}

/** What identity may hold after the sign-ins, and how much more after as many again, in MB. */
const MOST = 150;
const MOST_MORE = 10;
/** How much of one CPU the load generator may take: with all of it, it would be what is measured. */
const MOST_GENERATOR = 0.8;

/** What it should come to. */
export function goalsOf({ scale: { signIns }, memory, turns, checks }: Findings): readonly Goal[] {
  const megabytes = (mib: number) => (mib * 1024 * 1024) / 1e6;
  const [held, more] = [megabytes(memory.first), megabytes(memory.second - memory.first)];
  const loads = [...turns.filter(({ counts }) => counts).map((turn) => turn.load), ...checks];
  const generator = Math.max(...loads.map((one) => one.generator / one.seconds));
  return [
    {
      wanted: `identity under ${MOST} MB after ${signIns} sign-ins`,
      measured: `${held.toFixed(0)} MB`,
      met: held < MOST,
    },
    {
      wanted: `at most ${MOST_MORE} MB more after as many again`,
      measured: `${more.toFixed(1)} MB`,
      met: more <= MOST_MORE,
    },
    {
      wanted: `the load generator takes at most ${MOST_GENERATOR} of a CPU in any round`,
      measured: generator.toFixed(2),
      met: generator <= MOST_GENERATOR,
    },
  ];
}

const counted = (turns: readonly Turn[], name: string): readonly Load[] =>
  turns.filter(({ contender, counts }) => counts && contender === name).map((turn) => turn.load);

const ratioText = (one: number, other: number): string => (other === 0 ? '–' : (one / other).toFixed(2));
