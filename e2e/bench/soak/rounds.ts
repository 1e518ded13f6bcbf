import { usageOf } from '../usage.ts';
import { rage, type Storm, type StormOptions } from './storm.ts';
import type { Sample } from './trend.ts';
import type { Vitals } from './vitals.ts';
import type { World } from './world.ts';

/** One storm, and how all was after it. */
export interface Round {
  /** Minutes since the beginning, when all was well again. */
  readonly at: number;
  /** Whether the operator was killed in it. */
  readonly killing: boolean;
  /** Seconds from the end of the faults until all was as it was wanted. */
  readonly recovery: number;
  readonly vitals: Vitals;
}

/** What came of all rounds. */
export interface Course {
  readonly rounds: readonly Round[];
  /** MiB of the process that lived through it, by minutes since the beginning: a sample each second. */
  readonly memory: readonly Sample[];
  /** What was wrong after a round, where something was and did not pass: there was no other. */
  readonly problem: string | undefined;
}

/** How long it takes, and who is told how it goes. */
export interface CourseOptions {
  readonly minutes: number;
  readonly progress: (doing: string) => void;
}

/** Of the time, how much the operator is killed in. Then one process lives through all of the rest. */
const KILLING = 0.25;

/** Lets storms and rests take turns, until the time is over or something is wrong that does not pass. */
export async function takeCourse(storm: Storm, { minutes, progress }: CourseOptions): Promise<Course> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 60_000;
  const rounds: Round[] = [];
  const memory: Sample[] = [];
  let sampling: NodeJS.Timeout | undefined;
  try {
    while (elapsed() < minutes || rounds.every(({ killing }) => killing)) {
      const killing = rounds.length === 0 || elapsed() < minutes * KILLING;
      if (!killing) sampling ??= setInterval(() => remember(storm.world, elapsed(), memory), 1_000);
      const recovery = await oneRound(storm, { number: rounds.length, killing });
      rounds.push({ at: elapsed(), killing, recovery, vitals: await storm.world.vitals() });
      progress(`round ${rounds.length}, minute ${elapsed().toFixed(1)}: well after ${recovery.toFixed(1)} s`);
    }
    return { rounds, memory, problem: undefined };
  } catch (error) {
    const problem = `minute ${elapsed().toFixed(1)}: ${(error as Error).message}`;
    return { rounds, memory, problem };
  } finally {
    clearInterval(sampling);
  }
}

async function oneRound(storm: Storm, options: StormOptions): Promise<number> {
  await rage(storm, options);
  const over = performance.now();
  await storm.household.rest();
  return (performance.now() - over) / 1000;
}

function remember({ operator }: World, at: number, memory: Sample[]): void {
  const pid = operator.pid();
  if (pid !== undefined) memory.push({ at, value: usageOf(pid).rss });
}
