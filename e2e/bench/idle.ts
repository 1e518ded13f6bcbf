import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport, loadCluster, type Transport } from '@hearth/runtime';
import { openTestHome, type TestHome } from '../app/home.ts';
import { app, gatewayApp, postgresApp } from '../app/objects.ts';
import { startPostgres } from '../harness/postgres.ts';
import { growth, parseMetrics, type Sample, sumOf } from './metrics.ts';
import { type Operators, startOperators } from './operators.ts';
import { areReady } from './ready.ts';
import type { Benchmark, Goal, Table } from './report.ts';

/** What was just done has its last echoes, in milliseconds. */
const SETTLE = 60_000;

/** What the operators do in a home in which nothing happens. Requests by their method, as the operators count them. */
interface Idleness {
  readonly apps: number;
  readonly minutes: number;
  readonly requests: Readonly<Record<string, number>>;
  /** Of requests that may change something, all but those for the lease, which alone is PUT. */
  readonly writes: number;
  /** What the API server was asked to change meanwhile, by anybody, itself included: its own count, by resource. */
  readonly asked: Readonly<Record<string, number>>;
  readonly passes: number;
  readonly cpu: number;
  readonly rss: number;
}

/**
 * A home with apps that have databases and routes, in which nothing happens: nothing may be written to the API server
 * but the lease. The operators are a process with the rights and the settings of the chart.
 */
export const benchIdle: Benchmark = async ({ apps = 50, minutes = 5, profile, progress }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-idle-'));
  const [home, server] = await Promise.all([openTestHome({ suite: false }), startPostgres()]);
  const transport = createTransport(await loadCluster({ kubeconfig: home.kubeconfig }));
  const operators = await startOperators(home.operatorKubeconfig, folder, profile);
  try {
    progress(`installing ${apps} apps`);
    await home.client.apply(...postgresApp(server), gatewayApp(home.gatewayPort));
    for (let index = 0; index < apps; index++)
      await home.client.apply(app(`app-${index}`, index % 2 === 0 ? 'actual' : 'miniflux'));
    await areReady(home.client, apps);
    await quieten(home);
    progress(`they are ready; nothing happens for ${minutes} minutes`);
    const idleness = { apps, minutes, ...(await lookOn(operators, transport, minutes)) };
    return { results: idleness, tables: [tableOf(idleness)], goals: goalsOf(idleness) };
  } finally {
    await operators.stop();
    await transport.close();
    await Promise.all([home.close(), server.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
};

/** Nothing is rolled out any more, and what stands in for those who do so would only look, and look again. */
async function quieten({ kubelet }: TestHome): Promise<void> {
  await pause(SETTLE);
  await kubelet.stop();
}

async function lookOn(
  operators: Operators,
  transport: Transport,
  minutes: number,
): Promise<Omit<Idleness, 'apps' | 'minutes'>> {
  const [before, served, { cpu }] = [await operators.metrics(), await servedBy(transport), operators.usage()];
  await pause(minutes * 60_000);
  const after = operators.usage();
  const grown = growth(before, await operators.metrics());
  const requests = byLabel(grown, 'rest_client_requests_total', 'method');
  const { GET: _, PUT: __, ...writes } = requests;
  return {
    requests,
    writes: Object.values(writes).reduce((sum, count) => sum + count, 0),
    asked: changesAsked(growth(served, await servedBy(transport))),
    passes: sumOf(grown, 'controller_runtime_reconcile_total'),
    cpu: after.cpu - cpu,
    rss: after.rss,
  };
}

async function servedBy(transport: Transport): Promise<readonly Sample[]> {
  let text = '';
  await transport.stream({ method: 'GET', path: '/metrics' }, (chunk) => {
    text += chunk.toString();
  });
  return parseMetrics(text);
}

/** What was asked to be changed. The API server itself keeps its lease so, and its addresses. */
function changesAsked(served: readonly Sample[]): Readonly<Record<string, number>> {
  const writes = served.filter(
    ({ name, labels }) =>
      name === 'apiserver_request_total' && /^(APPLY|PATCH|PUT|POST|DELETE)$/.test(labels.verb ?? ''),
  );
  return byLabel(writes, 'apiserver_request_total', 'resource');
}

/** Sums by the values of a label; what is nothing is left out. */
function byLabel(samples: readonly Sample[], name: string, label: string): Readonly<Record<string, number>> {
  const values = new Set(
    samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? ''),
  );
  const sums = Array.from(values, (value) => [value, sumOf(samples, name, { [label]: value })] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

function tableOf({ apps, minutes, requests, writes, asked, passes, cpu, rss }: Idleness): Table {
  const { GET = 0, PUT = 0 } = requests;
  const each = (count: number) => [`${count}`, (count / minutes).toFixed(1)];
  return {
    title: `${apps} apps, and nothing happens for ${minutes} minutes; RSS ${rss.toFixed(0)} MiB`,
    columns: ['', 'in all', 'a minute'],
    rows: [
      ['writes of the operators, but for the lease', ...each(writes)],
      ['writes of the lease', ...each(PUT)],
      ['reads', ...each(GET)],
      ['passes', ...each(passes)],
      ['CPU, s', cpu.toFixed(2), (cpu / minutes).toFixed(2)],
      ...Object.entries(asked).map(([resource, count]) => [`writes of anybody: ${resource}`, ...each(count)]),
    ],
  };
}

function goalsOf({ writes, asked, minutes }: Idleness): readonly Goal[] {
  // Those of the API server itself: the suite may not write them.
  const { leases, endpoints, ...others } = asked;
  const named = Object.keys(others).join(', ') || 'nothing else';
  return [
    {
      wanted: `no write but the lease in ${minutes} minutes`,
      measured: `${writes}`,
      met: writes === 0,
    },
    {
      wanted: 'by the API server’s own count as well',
      measured: named,
      met: Object.keys(others).length === 0,
    },
  ];
}
