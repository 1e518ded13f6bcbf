import {
  ConfigMap,
  type Controller,
  createManager,
  loadCluster,
  type Manager,
  type ManagerOptions,
  ready,
} from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { expect } from 'vitest';
import {
  type Bench,
  conditionOf,
  Greeting,
  type GreetingObject,
} from '../../operators/runtime/fixtures/api.ts';
import type { FaultProxy } from './proxy.ts';

/** Keeps a ConfigMap with the text of each Greeting of one namespace: the work that faults are tried on. */
export function greeter(namespace: string, more: Partial<Controller<GreetingObject>> = {}): Controller {
  const controller: Controller<GreetingObject> = {
    name: 'greeter',
    kind: Greeting,
    owns: [ConfigMap],
    async reconcile(greeting, { act }) {
      const { name } = greeting.metadata;
      if (greeting.metadata.namespace !== namespace) return ready();
      const data = { text: greeting.spec.text };
      await act.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, ...{ data } },
        { owner: greeting },
      );
      return ready({ status: { configMap: name }, message: greeting.spec.text });
    },
    ...more,
  };
  return controller as Controller;
}

/** Runs controllers over the proxy, alone; give `leaderElect` to have them elect a leader. */
export async function startOver(
  proxy: FaultProxy,
  kubeconfig: string,
  controllers: readonly Controller[],
  options: Partial<ManagerOptions> = {},
): Promise<Manager> {
  const manager = createManager({
    cluster: proxy.through(await loadCluster({ kubeconfig })),
    controllers,
    identity: 'test',
    lease: { namespace: 'default', name: 'faults' },
    leaderElect: false,
    http: { port: 0, host: '127.0.0.1' },
    log: silentLog,
    freeze: true,
    grace: 500,
    ...options,
  });
  await manager.start();
  return manager;
}

/** Checks that Greetings are Ready with this text, and their ConfigMaps hold it. */
export async function expectGreeted(bench: Bench, names: readonly string[], text: string): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const [greeting, map] = await Promise.all([bench.get(Greeting, name), bench.get(ConfigMap, name)]);
      expect(conditionOf(greeting, 'Ready')).toMatchObject({ status: 'True', message: text });
      expect(map.data).toEqual({ text });
    }),
  );
}

/** The sum of a metric of a manager over the series whose labels contain `labels`. */
export async function metric(manager: Manager, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${manager.httpPort()}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
