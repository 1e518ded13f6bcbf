import { randomInt } from 'node:crypto';
import type { Benchmark } from '../report.ts';
import { finish } from './finale.ts';
import { openHousehold } from './household.ts';
import { household as products } from './products.ts';
import { createRandom } from './random.ts';
import { takeCourse } from './rounds.ts';
import { goalsOf, memoryTrend, type Soak, tablesOf } from './summary.ts';
import { createTally } from './tally.ts';
import { openWorld, type World } from './world.ts';

/**
 * People install, change and remove Apps without a pause, while everything goes wrong between the operator, the API
 * server and PostgreSQL, all of them real; pods are simulated. The operator is a process of its own with the rights
 * and settings of the chart, and is measured from outside.
 *
 * - Storms of about a minute: requests, watches and statements are lost, cut, repeated, refused and delayed; the API
 *   server is killed, etcd compacted, the network parted. In the first quarter of the time the operator is killed too;
 *   then one process lives through all of the rest.
 * - After each storm all must come to be as it is wanted by itself: every App Ready, its data, volume and keys those
 *   that it had, and nothing left of those that were deleted with all they had.
 * - In the end the process is compared with a fresh one, and the home with one where the same was installed in peace.
 *
 * The seed decides what people do, and when disasters come; which request a fault strikes depends on the moment too.
 */
export const benchSoak: Benchmark = async ({ minutes = 60, seed = randomInt(2 ** 31), progress }) => {
  progress(`seed ${seed}; ${minutes} minutes, and about five more to compare the end`);
  const tally = createTally();
  const chance = createRandom(seed);
  const world = await openWorld(chance.fork('weather'), tally);
  let soak: Soak | undefined;
  try {
    const household = openHousehold({ client: world.home.client, server: world.server, products });
    const storm = {
      world,
      household,
      doings: chance.fork('doings'),
      troubles: chance.fork('troubles'),
      tally,
    };
    await household.rest();
    const course = await takeCourse(storm, { minutes, progress });
    soak = { seed, course, counts: Object.fromEntries(tally.counts), finale: undefined };
    if (course.problem === undefined) soak = { ...soak, ...(await ending(world, household, progress)) };
    return report(soak);
  } finally {
    await end(world, soak, progress);
  }
};

/** Compares the end, or says why that could not be done. */
async function ending(
  ...where: Parameters<typeof finish>
): Promise<Pick<Soak, 'finale'> & { readonly problem?: string }> {
  try {
    return { finale: await finish(...where) };
  } catch (error) {
    return { finale: undefined, problem: `in the end: ${(error as Error).message}` };
  }
}

function report(soak: Soak) {
  const { course } = soak;
  return {
    results: { ...soak, trend: memoryTrend(course.memory) },
    tables: tablesOf(soak),
    goals: goalsOf(soak),
  };
}

/** Where something went wrong, the operator's log says more. */
async function end(world: World, soak: Soak | undefined, progress: (doing: string) => void): Promise<void> {
  const keepLog = soak === undefined || goalsOf(soak).some(({ met }) => !met);
  if (keepLog) progress(`the operator’s log is ${world.folder}/operator.log`);
  await world.close({ keepLog });
}
