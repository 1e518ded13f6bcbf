import { setTimeout as sleep } from 'node:timers/promises';
import { Deployment } from '@hearth/runtime';
import { inLanes } from '../lanes.ts';
import { growth, quantile, sumOf } from '../metrics.ts';
import type { Operators } from '../operators.ts';
import { isReady } from '../ready.ts';
import { machineMoment, noiseBetween } from '../usage.ts';
import { appNames, createApp, isRouted } from './apps.ts';
import { changesBetween, listAll, versionsOf } from './untouched.ts';
import { isRewired } from './watching.ts';
import type { World } from './world.ts';

/** What the operators did and took while something happened. Seconds, MiB, and cores on average. */
export interface Effort {
  readonly seconds: number;
  readonly cpu: number;
  readonly cores: number;
  /** Passes of the App controller, and how long they took, in milliseconds, by its own histogram. */
  readonly passes: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests to the API server that may change something, and others; watches count once. */
  readonly writes: number;
  readonly reads: number;
  /** Resident memory at its highest since the operators were started. */
  readonly peakRss: number;
  /** The share of the machine that was busy with something else. */
  readonly noise: number;
}

/** All that was found. */
export interface Scale {
  readonly apps: number;
  /** All Apps at once, until all are Ready. */
  readonly wave: Effort;
  /** Milliseconds from the creation of one more App to its being Ready, where one comes after the other. */
  readonly steady: Effort & { readonly count: number; readonly readyP50: number; readonly readyP99: number };
  /** A gateway, and as many Apps that have a slot for a route. */
  readonly arrival: Effort & { readonly rewired: number; readonly restarted: number };
  /** What was written meanwhile of Apps that have none. */
  readonly touched: readonly string[];
  /** Resident memory, MiB: before there was any App, and after each. */
  readonly rss: { readonly empty: number; readonly afterWave: number; readonly afterArrival: number };
}

/** How long nothing has to be done before something counts as settled, in milliseconds. */
const SETTLE = 30_000;
/** How many Apps come later, one by one, and how many of them in a second. */
export const LATER = 60;
const RATE = 2;

/** Measures a home from its first App on. */
export async function measureScale(
  world: World,
  count: number,
  progress: (doing: string) => void,
): Promise<Scale> {
  await sleep(5_000);
  const empty = world.operators.usage().rss;
  progress(`creating ${count} Apps`);
  const wave = await effort(world.operators, () => installAll(world, count));
  progress(`all are Ready after ${wave.seconds.toFixed(1)} s`);
  await sleep(SETTLE);
  const afterWave = world.operators.usage().rss;
  const steady = await measureSteady(world, count);
  await sleep(5_000);
  progress('a gateway arrives');
  const { arrival, touched } = await measureArrival(world, count);
  progress(`${arrival.rewired} Apps are rewired after ${arrival.seconds.toFixed(1)} s`);
  return {
    apps: count,
    wave,
    steady,
    arrival,
    touched,
    rss: { empty, afterWave, afterArrival: world.operators.usage().rss },
  };
}

async function installAll({ transport, apps }: World, count: number): Promise<void> {
  const ready = apps.watch(isReady);
  await inLanes(appNames(count), (name) => createApp(transport, name));
  await ready.until(count);
}

async function measureSteady(
  { transport, apps, operators }: World,
  installed: number,
): Promise<Scale['steady']> {
  const names = appNames(LATER * 2, 'late')
    .filter((name) => !isRouted(name))
    .slice(0, LATER);
  const ready = apps.watch(isReady);
  const created = new Map<string, number>();
  const taken = await effort(operators, async () => {
    for (const name of names) {
      created.set(name, performance.now());
      await createApp(transport, name);
      await sleep(1000 / RATE);
    }
    await ready.until(installed + names.length);
  });
  const delays = names.map(
    (name) => (ready.seen.get(name) ?? Number.NaN) - (created.get(name) ?? Number.NaN),
  );
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
  return { ...taken, count: names.length, readyP50: at(0.5), readyP99: at(0.99) };
}

async function measureArrival(world: World, count: number): Promise<Pick<Scale, 'arrival' | 'touched'>> {
  const { transport, apps, operators } = world;
  const all = appNames(count);
  const routed = new Set(all.filter(isRouted));
  const others = new Set([...all.filter((name) => !isRouted(name)), ...appNames(LATER * 2, 'late')]);
  const before = await versionsOf(transport, others);
  const rewired = apps.watch(isRewired);
  const taken = await effort(operators, async () => {
    await world.arrive();
    await rewired.until(routed.size);
  });
  await sleep(SETTLE);
  const touched = changesBetween(before, await versionsOf(transport, others));
  const restarted = (await listAll(transport, Deployment)).filter(
    ({ metadata }) => (metadata.generation ?? 0) > 1 && routed.has(metadata.name),
  );
  return { arrival: { ...taken, rewired: rewired.seen.size, restarted: restarted.length }, touched };
}

async function effort(operators: Operators, happen: () => Promise<void>): Promise<Effort> {
  const [from, metrics, { cpu }] = [machineMoment(), await operators.metrics(), operators.usage()];
  const began = performance.now();
  await happen();
  const seconds = (performance.now() - began) / 1000;
  const [to, after] = [machineMoment(), operators.usage()];
  const grown = growth(metrics, await operators.metrics());
  const histogram = 'controller_runtime_reconcile_time_seconds';
  const passes = { controller: 'app' };
  const all = sumOf(grown, 'rest_client_requests_total');
  const reads = sumOf(grown, 'rest_client_requests_total', { method: 'GET' });
  return {
    seconds,
    cpu: after.cpu - cpu,
    cores: (after.cpu - cpu) / seconds,
    passes: sumOf(grown, `${histogram}_count`, passes),
    p50: quantile(grown, histogram, passes, 0.5) * 1000,
    p99: quantile(grown, histogram, passes, 0.99) * 1000,
    writes: all - reads,
    reads,
    peakRss: after.peakRss,
    noise: noiseBetween(from, to),
  };
}
