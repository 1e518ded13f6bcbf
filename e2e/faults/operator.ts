import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ConfigMap, type Controller, createLogger, createManager, loadCluster, ready } from '@hearth/runtime';
import { Greeting, type GreetingObject } from '../../operators/runtime/fixtures/api.ts';

/**
 * An operator process for tests of leadership: while it leads, it never stops writing, with `--pause` between the
 * two writes of a pass. The times of the election are the runtime's own.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: '' },
    namespace: { type: 'string', default: '' },
    identity: { type: 'string', default: '' },
    pause: { type: 'string', default: '100' },
  },
});
const { namespace, identity } = values;

const busy: Controller<GreetingObject> = {
  name: 'busy',
  kind: Greeting,
  owns: [ConfigMap],
  // So many that at any moment some wait for their timer, and others for an answer.
  workers: 16,
  async reconcile(greeting, { act, clock }) {
    const { name } = greeting.metadata;
    if (greeting.metadata.namespace !== namespace) return ready();
    for (const half of ['first', 'second']) {
      const data = { by: identity, at: clock.now().toISOString() };
      const metadata = { name: `${name}-${half}`, namespace };
      await act.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...{ data } }, { owner: greeting });
      await pause(Number(values.pause));
    }
    return ready({ after: 50 });
  },
};

const manager = createManager({
  cluster: await loadCluster({ kubeconfig: values.kubeconfig }),
  controllers: [busy as Controller],
  identity,
  lease: { namespace, name: 'busy' },
  log: createLogger({ level: 'warn' }),
});
process.once('SIGTERM', () => void manager.stop().then(() => process.exit(0)));
await manager.start();
