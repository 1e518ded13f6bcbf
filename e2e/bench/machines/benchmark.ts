import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Machine } from '@hearth/domain';
import { type Immutable, resourcePath } from '@hearth/runtime';
import { machinesNamespace as namespace } from '../../../operators/nio/names.ts';
import { bringIn, openSite, type Site } from '../../rollout/site.ts';
import { growth, sumOf } from '../metrics.ts';
import { type Operators, startOperators } from '../operators.ts';
import type { Benchmark } from '../report.ts';
import { type Agents, startAgents } from './agents.ts';
import { computePush, type Measured, machinesGoals, machinesTable } from './summary.ts';

/** Milliseconds that each of a machine’s five steps takes: no machine builds so fast, and none should be waited for. */
const PACE = 500;
/** The mean time until a machine is next heard, in seconds: that long a confirmation waits. */
const CONFIRMATION = 15;
const NAME = 'home';

/**
 * Very many machines, on a real API server. The machines are simulated: what they say, how they watch and how they are
 * heard is the real agent’s, each with a token and connections of its own, in processes of their own. NIO is a process
 * with the rights and the settings of the chart. All share this machine.
 *
 * - All machines come in, and get a first system.
 * - Then nothing happens for some minutes.
 * - Then the commit changes.
 */
export const benchMachines: Benchmark = async ({ objects = 1_000, minutes = 3, profile, progress }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-machines-'));
  const site = await openSite();
  const operators = await startOperators(site.operatorKubeconfig, folder, profile, 'nio');
  const names = Array.from({ length: objects }, (_, at) => `m-${String(at).padStart(4, '0')}`);
  let agents: Agents | undefined;
  try {
    progress(`bringing in ${objects} machines`);
    for (let at = 0; at < names.length; at += 20)
      await Promise.all(names.slice(at, at + 20).map((name) => bringIn(site.admin, name, { fleet: NAME })));
    agents = await startAgents(site.kubeconfig, names, PACE);
    await areReady(site, objects);
    const measured = await measure(site, operators, agents, { objects, minutes, progress });
    const push = computePush(measured, CONFIRMATION);
    return {
      results: { ...measured, computed: push },
      tables: [machinesTable(measured, push)],
      goals: machinesGoals(measured),
    };
  } finally {
    agents?.close();
    await operators.stop();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Plan {
  readonly objects: number;
  readonly minutes: number;
  readonly progress: (doing: string) => void;
}

async function measure(
  site: Site,
  operators: Operators,
  agents: Agents,
  { objects, minutes, progress }: Plan,
): Promise<Measured> {
  const maxUnavailable = Math.max(1, Math.round(objects / 20));
  const declare = (rollout: object) =>
    site.apply(NAME, {
      flake: {
        url: `git+${site.git.url}/${NAME}.git`,
        ref: 'main',
        revision: site.git.git(NAME, 'rev-parse', 'main'),
        attribute: NAME,
      },
      machineSelector: { matchLabels: { fleet: NAME } },
      rollout,
    });
  site.git.create(NAME);
  site.git.commit(NAME, 'main');
  progress('giving all of them a first system');
  await declare({ canary: 0, maxUnavailable: Math.min(1000, objects) });
  await isDone(site, site.git.git(NAME, 'rev-parse', 'main'));
  progress(`nothing happens for ${minutes} minutes`);
  await pause(10_000);
  const idle = await between(operators, agents, () => pause(minutes * 60_000));
  progress(`changing one line, ${maxUnavailable} machines at a time`);
  const commit = site.git.commit(NAME, 'main');
  const change = await between(operators, agents, async () => {
    await declare({ maxUnavailable });
    await isDone(site, commit);
  });
  const { machines } = await agents.ask();
  const { rss, peakRss } = operators.usage();
  return {
    machines: objects,
    ...{ maxUnavailable, minutes, rss, peakRss },
    idleAgents: idle.agents / objects / minutes,
    idleNio: idle.nio / objects / minutes,
    idleCpu: idle.cpu / minutes,
    rollout: change.seconds,
    each: median(machines.map(({ begunAt = 0, doneAt = 0 }) => (doneAt - begunAt) / 1000)),
    rolloutCpu: change.cpu,
    rolloutRequests: change.nio / objects,
  };
}

/** What agents and NIO ask and use while something is done. Renewals of NIO’s own lease are not of machines. */
async function between(operators: Operators, agents: Agents, act: () => Promise<unknown>) {
  const [before, { cpu }, { requests }] = [await operators.metrics(), operators.usage(), await agents.ask()];
  const began = performance.now();
  await act();
  const seconds = (performance.now() - began) / 1000;
  const grown = growth(before, await operators.metrics());
  const all = sumOf(grown, 'rest_client_requests_total');
  return {
    seconds,
    agents: (await agents.ask()).requests - requests,
    nio: all - sumOf(grown, 'rest_client_requests_total', { method: 'PUT' }),
    cpu: operators.usage().cpu - cpu,
  };
}

async function areReady({ admin }: Site, count: number): Promise<void> {
  const path = resourcePath(Machine, { namespace });
  for (;;) {
    const { items } = await admin.request<{ readonly items: readonly Immutable<Machine>[] }>({
      method: 'GET',
      path,
    });
    if (items.filter(({ status }) => status?.state === 'Ready').length === count) return;
    await pause(1000);
  }
}

async function isDone(site: Site, commit: string): Promise<void> {
  for (;;) {
    const { status } = (await site.configuration(NAME)) ?? {};
    if (status?.revision === commit && status.rollout?.phase === 'Done') return;
    await pause(250);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
