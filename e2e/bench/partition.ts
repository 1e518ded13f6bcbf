import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { App } from '@hearth/domain';
import { loadCluster } from '@hearth/runtime';
import { openTestHome, type TestHome } from '../app/home.ts';
import { app, gatewayApp } from '../app/objects.ts';
import { kubeconfigVia } from '../faults/kubeconfig.ts';
import { type FaultProxy, openFaultProxy, proxyTime } from '../faults/proxy.ts';
import { busiestSecond } from '../faults/rate.ts';
import { createOperator, type OperatorProcess } from '../faults/sweep-operator.ts';
import { areReady } from './ready.ts';
import type { Benchmark } from './report.ts';

/** How long the operators hear nothing, and how soon after it all is to be well. In milliseconds. */
const PARTITION = 5 * 60_000;
const SOON = 30_000;
/** Requests in any second after the partition: of all controllers together, over a home of a few dozen apps. */
const HERD = 300;

/** Cuts the operators off from the API server for five minutes, in which apps come, change and go. */
export const benchPartition: Benchmark = async ({ objects = 20, progress }) => {
  const world = await openWorld();
  try {
    const { recovery, busiest } = await part(world, objects, progress);
    const seconds = (recovery / 1000).toFixed(1);
    return {
      results: { apps: objects, recoverySeconds: recovery / 1000, busiestSecond: busiest },
      tables: [
        {
          title: `A partition of ${PARTITION / 60_000} minutes, ${objects} apps`,
          columns: ['', 'measured'],
          rows: [
            ['until all is made up for, s', seconds],
            ['requests in the busiest second', `${busiest}`],
          ],
        },
      ],
      goals: [
        { wanted: 'recovery within 30 s', measured: `${seconds} s`, met: recovery < SOON },
        { wanted: `no more than ${HERD} requests/s`, measured: `${busiest}`, met: busiest <= HERD },
      ],
    };
  } finally {
    await world.close();
  }
};

interface World {
  readonly home: TestHome;
  readonly proxy: FaultProxy;
  readonly operator: OperatorProcess;
  close(): Promise<void>;
}

async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-partition-'));
  const home = await openTestHome({ suite: false });
  const proxy = await openFaultProxy(await loadCluster({ kubeconfig: home.operatorKubeconfig }));
  const kubeconfig = await kubeconfigVia(home.operatorKubeconfig, proxy.url, join(folder, 'kubeconfig'));
  const operator = createOperator(kubeconfig, folder, { alone: false });
  operator.start();
  return {
    home,
    proxy,
    operator,
    async close() {
      await operator.kill();
      await proxy.close();
      await home.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function part(
  { home: { client, gatewayPort }, proxy }: World,
  count: number,
  progress: (doing: string) => void,
) {
  const named = (index: number, host = `app-${index}`) => app(`app-${index}`, 'actual', { host });
  const all = Array.from({ length: count }, (_, index) => index);
  await client.apply(gatewayApp(gatewayPort), ...all.map((index) => named(index)));
  await areReady(client, count);
  progress(`${count} apps are ready; the partition begins`);
  proxy.partition();
  for (const index of all) if (index % 2 === 0) await client.apply(named(index, `moved-${index}`));
  await client.apply(named(count), named(count + 1));
  await client.remove(App, { namespace: 'home', name: 'app-1' });
  await pause(PARTITION);
  proxy.heal();
  const since = proxyTime();
  await areReady(client, count + 1);
  const recovery = proxyTime() - since;
  await pause(5_000);
  return { recovery, busiest: busiestSecond(proxy, since) };
}
