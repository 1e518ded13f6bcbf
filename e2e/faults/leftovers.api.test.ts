import { ConfigMap, loadCluster } from '@hearth/runtime';
import { expect, inject, onTestFinished, test } from 'vitest';
import { eventually, Greeting, openBench } from '../../operators/runtime/fixtures/api.ts';
import { movableClock } from './clock.ts';
import { expectGreeted, greeter, startOver } from './greeter.ts';
import { openFaultProxy } from './proxy.ts';

test('what a deleted object owned goes, though nothing collects garbage', async () => {
  const kubeconfig = inject('kubeconfig');
  const bench = await openBench(kubeconfig);
  const proxy = await openFaultProxy(await loadCluster({ kubeconfig }));
  const clock = movableClock();
  const start = () => startOver(proxy, kubeconfig, [greeter(bench.namespace)], { clock });
  let manager = await start();
  onTestFinished(async () => {
    await manager.stop();
    await proxy.close();
    await bench.close();
  });
  const isGone = (name: string) =>
    eventually(async () => {
      clock.pass(10_000);
      await expect(bench.get(ConfigMap, name)).rejects.toMatchObject({ status: 404 });
    });

  await bench.greeting('goes');
  await bench.greeting('stays');
  await eventually(() => expectGreeted(bench, ['goes', 'stays'], 'hello'));
  await bench.delete(Greeting, 'goes');
  await isGone('goes');

  // Nor does it matter who was there when it was deleted.
  await bench.greeting('unseen');
  await eventually(() => expectGreeted(bench, ['unseen'], 'hello'));
  await manager.stop();
  await bench.delete(Greeting, 'unseen');
  manager = await start();
  await isGone('unseen');
  await expectGreeted(bench, ['stays'], 'hello');
});
