import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigMap, type Transport } from '@hearth/runtime';
import { machineMoment, noiseBetween } from '../usage.ts';
import { type Contender, type Running, start } from './contender.ts';
import { observe } from './observer.ts';
import { createNote, createNotes, existing, namesOf, removeAll, writesSoFar } from './world.ts';

/** Objects that were there before the contender is made to do them all. Times in seconds, memory in MiB. */
interface Drain {
  /** Objects that became Ready per second, between the first and the last of them. */
  readonly rate: number;
  /** From the start of the process until the last object was Ready. */
  readonly total: number;
  /** CPU seconds of the process, its start included. */
  readonly cpu: number;
  readonly peakRss: number;
  readonly settledRss: number;
  /** Requests that could change a Note or a ConfigMap, per object, as the API server counts them. */
  readonly writes: number;
  /** The share of the machine that was busy with something else. */
  readonly noise: number;
  /** The machine's load of the last minute, before. */
  readonly load: number;
}

/** A process that is started where all objects are Ready already. */
interface Cold {
  /** From the start of the process until it had seen to every object once. */
  readonly sync: number;
  readonly cpu: number;
  readonly peakRss: number;
  readonly settledRss: number;
  /** Requests that could change something: there is nothing to change. */
  readonly writes: number;
}

/** Objects that are created one after the other, at a steady rate. Milliseconds from the request to Ready. */
interface Steady {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

/** What one contender did in one run; the ceiling has only a drain. */
export interface Run {
  readonly contender: string;
  readonly drain: Drain;
  readonly cold?: Cold;
  readonly steady?: Steady;
}

/** How long and how much. */
export interface Scale {
  readonly objects: number;
  /** Objects of the steady phase, and how many of them are created per second. */
  readonly steady: number;
  readonly steadyRate: number;
  /** Milliseconds of idleness after which memory counts as settled. */
  readonly settle: number;
}

/** What all measurements need. */
export interface Bench {
  readonly transport: Transport;
  readonly kubeconfig: string;
  readonly scale: Scale;
  readonly progress: (doing: string) => void;
}

/** Measures one contender from an empty cluster to an empty cluster. */
export async function measure(bench: Bench, contender: Contender): Promise<Run> {
  const { transport, progress, scale } = bench;
  progress(`${contender.name}: creating ${scale.objects} objects`);
  await createNotes(transport, namesOf('note', scale.objects));
  const drain = await measureDrain(bench, contender);
  progress(`${contender.name}: ${drain.rate.toFixed(0)} objects/s`);
  const warm = contender.watches ? await measureColdAndSteady(bench, contender) : {};
  progress('removing all objects');
  await removeAll(transport);
  return { contender: contender.name, drain, ...warm };
}

async function measureDrain({ transport, kubeconfig, scale }: Bench, contender: Contender): Promise<Drain> {
  const [load = 0] = loadavg();
  const observer = await observe(transport);
  const writesBefore = await writesSoFar(transport);
  const before = machineMoment();
  const running = start(contender, kubeconfig, scale.objects);
  try {
    await Promise.race([observer.untilReady(scale.objects), running.failed]);
    const noise = noiseBetween(before, machineMoment());
    const { cpu, peakRss } = running.usage();
    const settledRss = await settled(running, scale);
    const times = [...observer.readyAt.values()];
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    await mustHaveMaps(transport, scale.objects);
    return {
      rate: ((times.length - 1) * 1000) / (last - first),
      total: (last - running.started) / 1000,
      cpu,
      peakRss,
      settledRss,
      writes: ((await writesSoFar(transport)) - writesBefore) / scale.objects,
      noise,
      load,
    };
  } finally {
    await observer.stop();
    await running.stop();
  }
}

/** A contender that is Ready without having done the work would win. */
async function mustHaveMaps(transport: Transport, count: number): Promise<void> {
  const names = new Set(await existing(transport, ConfigMap));
  const missing = namesOf('note', count).filter((name) => !names.has(name));
  if (missing.length > 0)
    throw new Error(`${missing.length} ConfigMaps are missing, ${missing[0]} among them`);
}

async function measureColdAndSteady(bench: Bench, contender: Contender) {
  const { transport, kubeconfig, scale, progress } = bench;
  const observer = await observe(transport);
  const writesBefore = await writesSoFar(transport);
  const running = start(contender, kubeconfig, scale.objects);
  try {
    const sync = ((await running.passed) - running.started) / 1000;
    const { cpu, peakRss } = running.usage();
    const settledRss = await settled(running, scale);
    const writes = (await writesSoFar(transport)) - writesBefore;
    progress(`${contender.name}: in step after ${sync.toFixed(1)} s`);
    const steady = await measureSteady(bench, running, observer);
    return { cold: { sync, cpu, peakRss, settledRss, writes }, steady };
  } finally {
    await observer.stop();
    await running.stop();
  }
}

async function measureSteady(
  { transport, scale }: Bench,
  running: Running,
  observer: Awaited<ReturnType<typeof observe>>,
): Promise<Steady> {
  const before = running.usage().cpu;
  const sentAt = new Map<string, number>();
  const begun = performance.now();
  const created: Promise<void>[] = [];
  for (const [index, name] of namesOf('steady', scale.steady).entries()) {
    await sleep(Math.max(0, begun + (index * 1000) / scale.steadyRate - performance.now()));
    sentAt.set(name, performance.now());
    created.push(createNote(transport, name));
  }
  await Promise.all(created);
  await Promise.race([observer.untilReady(scale.steady), running.failed]);
  const delays = Array.from(sentAt, ([name, sent]) => (observer.readyAt.get(name) ?? Number.NaN) - sent);
  delays.sort((a, b) => a - b);
  const percentile = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
  return { p50: percentile(0.5), p99: percentile(0.99), cpu: running.usage().cpu - before };
}

async function settled(running: Running, { settle }: Scale): Promise<number> {
  await Promise.race([sleep(settle), running.failed]);
  return running.usage().rss;
}
