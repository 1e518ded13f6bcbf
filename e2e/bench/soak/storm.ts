import { setTimeout as pause } from 'node:timers/promises';
import { type Disaster, startDisasters } from './disasters.ts';
import type { Household } from './household.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import { nextAction } from './wishes.ts';
import type { World } from './world.ts';

/** What a storm is made of. */
export interface Storm {
  readonly world: World;
  readonly household: Household;
  /** What people do. It asks no other chance, so that they do the same whatever befalls them. */
  readonly doings: Random;
  /** What befalls them. */
  readonly troubles: Random;
  readonly tally: Tally;
}

/** So many things are done in one storm, so many milliseconds apart on average. */
const DOINGS = 60;
const EVERY = 1_000;

/** Shares of all requests, watches and statements that are struck, from a bad line to a broken one. */
const RATES = [0.01, 0.03, 0.1, 0.25];

/** How one storm differs from the others. */
export interface StormOptions {
  readonly number: number;
  /** The operator is ended too, again and again. */
  readonly killing: boolean;
}

/** Things are done while everything goes wrong. */
export async function rage(
  { world, household, doings, troubles, tally }: Storm,
  { number, killing }: StormOptions,
): Promise<void> {
  const chance = troubles.fork(`storm ${number}`);
  const all = [...disastersOf(world), ...(killing ? [killingOf(world)] : [])];
  const disasters = startDisasters(all, chance, tally);
  world.weather.set(chance.pick(RATES));
  for (let doing = 0; doing < DOINGS; doing++) {
    await pause(doings.wait(EVERY));
    const action = nextAction(household.products, household.fates, doings);
    tally.count(action.type === 'remove' ? `remove, ${action.deletion}` : action.type);
    household.act(action);
  }
  world.weather.set(0);
  await disasters.end();
}

const disastersOf = ({ home, proxy, weather }: World): readonly Disaster[] => [
  { name: 'API server killed and started', every: 40_000, strike: () => home.plane.restart() },
  { name: 'etcd compacted', every: 15_000, strike: () => home.plane.compact() },
  {
    name: 'partition',
    every: 40_000,
    async strike(random) {
      proxy.partition();
      await pause(Math.min(random.wait(5_000), 20_000));
      proxy.heal();
    },
  },
  {
    name: 'some watches gone silent',
    every: 60_000,
    strike: (random) => weather.silence(random.pick([0.1, 0.5])),
  },
  { name: 'all watches reset', every: 30_000, strike: () => weather.cutWatches() },
];

const killingOf = ({ operator }: World): Disaster => ({
  name: 'operator killed and started',
  every: 15_000,
  async strike() {
    if (operator.pid() === undefined) throw new Error('the operator has ended by itself');
    await operator.kill();
    operator.start();
  },
});
