import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCluster } from '@hearth/runtime';
import { openTestHome, type TestHome } from '../app/home.ts';
import { kubeconfigVia } from '../faults/kubeconfig.ts';
import { type FaultProxy, openFaultProxy } from '../faults/proxy.ts';
import { createOperator, type OperatorProcess } from '../faults/sweep-operator.ts';
import { freePort } from '../harness/free-port.ts';
import { type ActiveAlert, type Labels, type Prometheus, startPrometheus } from '../harness/prometheus.ts';
import { renderMetrics, scrapeConfig } from './chart.ts';
import { shortened } from './shorten.ts';

/** How long a condition holds before its alert fires, and the time over which counters are looked at. */
const times = { hold: '3s', window: '5s' };

/** A home whose operators a Prometheus watches, by the chart's own word on how, with the chart's alerts in less time. */
export interface Scene {
  readonly home: TestHome;
  /** Between the operators and the API server. */
  readonly proxy: FaultProxy;
  /** The one that leads, started already; and one to stand by, with little memory. */
  readonly leader: OperatorProcess;
  readonly standby: OperatorProcess;
  readonly prometheus: Prometheus;
  readonly rendered: Awaited<ReturnType<typeof renderMetrics>>;
  /** What a process serves under `/metrics`. */
  exposition(of: 'leader' | 'standby'): Promise<string>;
  /** The alerts of that name that fire, with these labels among theirs. */
  firing(alert: string, labels?: Labels): Promise<readonly ActiveAlert[]>;
  close(): Promise<void>;
}

/** Megabytes that the old objects of the standby may take: enough to run, and soon full. */
const LITTLE = 96;

/** Opens it. */
export async function openScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-alerts-'));
  const [home, rendered] = await Promise.all([openTestHome({ suite: false }), renderMetrics()]);
  const proxy = await openFaultProxy(await loadCluster({ kubeconfig: home.operatorKubeconfig }));
  const kubeconfig = await kubeconfigVia(home.operatorKubeconfig, proxy.url, join(folder, 'kubeconfig'));
  const ports = { leader: await freePort(), standby: await freePort() };
  const operator = (name: keyof typeof ports, env: Readonly<Record<string, string>> = {}) =>
    createOperator(kubeconfig, folder, {
      alone: false,
      httpPort: ports[name],
      env: { POD_NAME: name, ...env },
    });
  const leader = operator('leader');
  const standby = operator('standby', {
    NODE_OPTIONS: `--max-semi-space-size=1 --max-old-space-size=${LITTLE}`,
  });
  const pods = Object.fromEntries(Object.entries(ports).map(([pod, port]) => [pod, `127.0.0.1:${port}`]));
  const prometheus = await startPrometheus({
    scrape: scrapeConfig(rendered, pods),
    rules: shortened(rendered.rules, times),
    interval: '500ms',
  });
  leader.start();
  return {
    home,
    proxy,
    leader,
    standby,
    prometheus,
    rendered,
    exposition: async (of) => (await fetch(`http://127.0.0.1:${ports[of]}/metrics`)).text(),
    async firing(alert, labels = {}) {
      const wanted = Object.entries({ alertname: alert, ...labels });
      return (await prometheus.alerts()).filter(
        (active) =>
          active.state === 'firing' && wanted.every(([name, value]) => active.labels[name] === value),
      );
    },
    async close() {
      await Promise.all([leader.kill(), standby.kill()]);
      await prometheus.stop();
      await proxy.close();
      await home.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
