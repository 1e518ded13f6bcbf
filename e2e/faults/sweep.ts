import { setTimeout as pause } from 'node:timers/promises';
import { type Dump, differences, dumpOf, serverDumpOf } from './sweep-dump.ts';
import { clear, life, type Step } from './sweep-life.ts';
import { type Call, livesOf, type Point, pointsOf, pointText, sampled } from './sweep-points.ts';
import { openStage, type Stage } from './sweep-stage.ts';

/** What a sweep is told. */
export interface SweepOptions {
  /** Of all points, every how manieth is tried; 1 for all. */
  readonly stride: (points: number) => number;
  readonly progress: (doing: string) => void;
}

/** What a sweep found. */
export interface SweepResult {
  /** All points of the recorded life. */
  readonly points: number;
  /** How many the operator was killed at. */
  readonly tried: number;
  /** Those that a replay did not come by, because its calls came in another order. */
  readonly missed: readonly string[];
  /** What went wrong, and at which point. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** How long the operator may take to bring about what a step asks, after being killed too. */
const PATIENCE = 60_000;

/**
 * Records the life of an App once, then lives it again with the operator killed in each step, at one point after the
 * other, and restarted. After each step everything must be as it was in the recorded life.
 */
export async function sweep({ stride, progress }: SweepOptions): Promise<SweepResult> {
  const began = performance.now();
  const found = { missed: [] as string[], failures: [] as string[] };
  let stage = await openStage();
  try {
    const wanted = new Map<string, Dump>();
    await live(stage, new Map(), async ({ name }) => void wanted.set(name, await lookAt(stage)));
    const points = pointsOf(unique(stage.tap.calls));
    const chosen = sampled(points, stride(points.length));
    const lives = livesOf(chosen);
    progress(`${points.length} points, of which ${chosen.length} are tried in ${lives.length} lives`);
    for (const [index, killings] of lives.entries()) {
      const { missed, failure } = await replay(stage, killings, wanted);
      found.missed.push(...missed);
      progress(`life ${index + 1} of ${lives.length}: killed ${killings.size - missed.length} times`);
      if (failure === undefined) continue;
      found.failures.push(failure);
      progress(failure);
      // Whatever it has left must not be the next one's.
      await stage.close();
      stage = await openStage();
    }
    const seconds = (performance.now() - began) / 1000;
    return { ...found, points: points.length, tried: chosen.length - found.missed.length, seconds };
  } finally {
    await stage.close();
  }
}

/** One life with its killings: which of them it did not come to, and what went wrong. */
async function replay(
  stage: Stage,
  killings: ReadonlyMap<string, Point>,
  wanted: ReadonlyMap<string, Dump>,
): Promise<{ readonly missed: readonly string[]; readonly failure?: string }> {
  const left = new Map(killings);
  const strike = async ({ name }: Step) => {
    if (stage.tap.met()) left.delete(name);
  };
  try {
    await live(stage, killings, strike, wanted);
    return { missed: Array.from(left.values(), pointText) };
  } catch (error) {
    const { message, cause } = error as Error;
    return { missed: [], failure: `${message}: ${cause instanceof Error ? cause.message : cause}` };
  }
}

/** Equal calls of a step are told apart by their number, so each is in the list once. */
const unique = (calls: readonly Call[]): Call[] => [
  ...new Map(calls.map((call) => [JSON.stringify(call), call])).values(),
];

/**
 * The steps of a life, with what must be there after each. One that is killed only before its detours goes without
 * them; the steps after them then end in another way than in the recorded life.
 */
function stepsOf(
  killings: ReadonlyMap<string, Point>,
  wanted: ReadonlyMap<string, Dump> | undefined,
): (readonly [Step, Dump | undefined])[] {
  const first = life.findIndex(({ detour }) => detour);
  const isShort = wanted !== undefined && !life.slice(first).some(({ name }) => killings.has(name));
  const steps = isShort ? life.filter(({ detour }) => !detour) : life;
  return steps.map((step, index) => [step, isShort && index >= first ? undefined : wanted?.get(step.name)]);
}

/** One life, with the operator killed where `killings` say; `after` is called at the end of each step. */
async function live(
  stage: Stage,
  killings: ReadonlyMap<string, Point>,
  after: (step: Step) => Promise<void>,
  wanted?: ReadonlyMap<string, Dump>,
): Promise<void> {
  await stage.operator.kill();
  await clear(stage);
  for (const [step, expected] of stepsOf(killings, wanted)) {
    const point = killings.get(step.name);
    stage.tap.begin(step.name, point);
    stage.operator.start();
    try {
      await step.act(stage);
      await settles(stage, step, expected);
    } catch (error) {
      const where = point ? ` when it is killed at ${pointText(point)}` : '';
      throw new Error(`step ${step.name} goes wrong${where}`, { cause: error });
    }
    await after(step);
  }
}

/** Waits until a step has come to its end, and nothing goes on any more. */
async function settles(stage: Stage, step: Step, wanted: Dump | undefined): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      await step.check(stage);
      if (wanted) agrees(wanted, await lookAt(stage));
      // What is as it should be must stay so: by the same process, or by the one that followed it.
      if (stage.isQuiet()) return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    if (performance.now() > end) throw new Error('the operator does not come to rest');
    await pause(150);
  }
}

const lookAt = async ({ client, server }: Stage): Promise<Dump> => ({
  ...(await dumpOf(client)),
  ...(await serverDumpOf(server)),
});

function agrees(wanted: Dump, found: Dump): void {
  const lines = differences(wanted, found);
  if (lines.length > 0) throw new Error(lines.join('\n'));
}
