import { setTimeout as pause } from 'node:timers/promises';
import { MUTATING, proxyTime } from '../../faults/proxy.ts';
import { differences, dumpOf } from '../../faults/sweep-dump.ts';
import { untilRight } from './calm.ts';
import { withoutHistory } from './history.ts';
import type { Household } from './household.ts';
import type { Product } from './products.ts';
import type { Vitals } from './vitals.ts';
import type { Wish } from './wishes.ts';
import type { World } from './world.ts';

/** What a process does and holds on to when nothing has happened for a while. */
export interface Rest {
  /** The least of each that was seen. */
  readonly vitals: Vitals;
  /** The paths that are watched, sorted. */
  readonly watches: readonly string[];
  /** Writes meanwhile, but for those of the lease. */
  readonly writes: readonly string[];
}

/** What was found when all was over. */
export interface Finale {
  /** The process that lived through it all. */
  readonly old: Rest;
  /** One that was started on the same home afterwards. */
  readonly fresh: Rest;
  /** In what the home is other than one in which the same Apps are installed in peace. */
  readonly differences: readonly string[];
}

/** Longer than anybody keeps a connection that is not used, in milliseconds. */
const REST = 75_000;

/** How an App is wanted where that makes no difference. */
const plain = ({ versions }: Product): Wish => ({
  size: 10,
  host: 0,
  version: versions[0],
  gateway: 'traefik',
});

/** Compares process and home with what they would be if nothing had ever gone wrong. The weather must be fair. */
export async function finish(
  world: World,
  household: Household,
  progress: (doing: string) => void,
): Promise<Finale> {
  const { client } = world.home;
  progress('all is over; the process rests');
  await passThrough(household, namesWith(household, 'unknown'), 'Delete');
  await household.rest();
  const soaked = withoutHistory(await dumpOf(client));
  const old = await restOf(world);
  progress('a new process takes over, and rests');
  await world.operator.kill();
  world.operator.start();
  await household.rest();
  const fresh = await restOf(world);
  progress('all is removed, and the same installed in peace');
  const wishes = wishesOf(household);
  const leavings = namesWith(household, 'some');
  await emptyHome(household);
  await passThrough(household, leavings, 'Retain');
  for (const [name, wish] of wishes) household.act({ type: 'install', name, wish });
  await household.rest();
  const peaceful = async () => differences(withoutHistory(await dumpOf(client)), soaked);
  // What is not there yet may come; what differs for good is told.
  const found = await untilRight(peaceful).then(() => [], peaceful);
  return { old, fresh, differences: found };
}

/** Names under which no App is wanted, of whose data this is known. */
const namesWith = ({ fates }: Household, known: 'some' | 'unknown'): string[] =>
  [...fates].filter(([, { wish, data }]) => wish === undefined && data === known).map(([name]) => name);

const wishesOf = ({ fates }: Household): (readonly [string, Wish])[] =>
  [...fates].flatMap(([name, { wish }]) => (wish ? [[name, wish] as const] : []));

/** Installs Apps, and removes them once they are Ready. */
async function passThrough(
  household: Household,
  names: readonly string[],
  deletion: 'Retain' | 'Delete',
): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) {
    const product = household.products.get(name);
    if (product) household.act({ type: 'install', name, wish: plain(product) });
  }
  await household.rest();
  for (const name of names) household.act({ type: 'remove', name, deletion });
  await household.rest();
}

/** Takes away every App with all it has. What was left of one goes with an App that has taken it over. */
async function emptyHome(household: Household): Promise<void> {
  await passThrough(household, namesWith(household, 'some'), 'Delete');
  for (const [name] of wishesOf(household)) household.act({ type: 'remove', name, deletion: 'Delete' });
  await household.rest();
}

/** Lets nothing happen for a while, and looks. */
async function restOf({ proxy, weather, vitals }: World): Promise<Rest> {
  const since = proxyTime();
  await pause(REST);
  const seen: Vitals[] = [];
  for (let look = 0; look < 5; look++) {
    seen.push(await vitals());
    await pause(1_000);
  }
  const writes = proxy
    .recorded({ methods: MUTATING }, since)
    .filter(({ path }) => !path.includes('/leases/'));
  return {
    vitals: leastOf(seen),
    watches: weather.watches().toSorted(),
    writes: writes.map(({ method, path }) => `${method} ${path}`),
  };
}

function leastOf(seen: readonly Vitals[]): Vitals {
  const least = (part: keyof Vitals) => Math.min(...seen.map((vitals) => vitals[part]));
  return {
    rss: least('rss'),
    heap: least('heap'),
    descriptors: least('descriptors'),
    sockets: least('sockets'),
    timers: least('timers'),
    resources: least('resources'),
  };
}
