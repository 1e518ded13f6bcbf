import { ConfigMap, loadCluster, type Manager } from '@hearth/runtime';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Bench, eventually, Greeting, openBench } from '../../operators/runtime/fixtures/api.ts';
import { type MovableClock, movableClock } from './clock.ts';
import * as faults from './faults.ts';
import { expectGreeted, greeter, metric, startOver } from './greeter.ts';
import { type Fault, type FaultProxy, openFaultProxy } from './proxy.ts';

let bench: Bench;
let proxy: FaultProxy;
let clock: MovableClock;
let manager: Manager;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
  proxy = await openFaultProxy(await loadCluster({ kubeconfig: inject('kubeconfig') }));
});
afterEach(() => manager?.stop());
afterAll(async () => {
  await proxy.close();
  await bench.close();
});

const greetings = { watch: true, path: /\/greetings\?/ };
const run = async () => {
  clock = movableClock();
  manager = await startOver(proxy, inject('kubeconfig'), [greeter(bench.namespace)], { clock });
};

test.each<readonly [string, Fault]>([
  ['refused-by-410', faults.gone],
  ['ended-by-410-in-its-stream', faults.goneInStream],
  ['refused-by-500', faults.refuse(500)],
  ['refused-by-503', faults.refuse(503)],
  ['refused-by-429', faults.refuse(429, { retryAfter: 1 })],
  ['reset', faults.reset],
  ['cut-before-it-began', faults.cutBefore],
])('a watch that is %s, several times, is open again soon', async (name, fault) => {
  const rule = proxy.on(greetings, fault, { times: 3 });
  await run();
  await bench.greeting(name);
  await eventually(() => expectGreeted(bench, [name], 'hello'));
  await bench.patch(Greeting, name, { spec: { text: 'changed' } });
  await eventually(() => expectGreeted(bench, [name], 'changed'));
  expect(rule.hits()).toBe(3);
  // All but a version that the server has forgotten, which is its right, are failures that somebody should see.
  if (!name.includes('410'))
    expect(await metric(manager, 'hearth_watch_errors_total')).toBeGreaterThanOrEqual(3);
});

test('a list that is forgotten again and again is not asked for in a loop', async () => {
  const rule = proxy.on(greetings, faults.goneInStream, { times: Number.POSITIVE_INFINITY });
  await run();
  const since = performance.timeOrigin + performance.now();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(proxy.recorded({ path: /\/greetings\?/, watch: false }, since).length).toBeLessThanOrEqual(8);
  rule.remove();
  clock.pass(15_000);
  await bench.greeting('after-the-loop');
  await eventually(() => expectGreeted(bench, ['after-the-loop'], 'hello'));
});

test('an event that breaks off in its middle is not lost', async () => {
  const broken = new AbortController();
  const rule = proxy.on(greetings, faults.cutFrom(broken.signal));
  await run();
  await bench.greeting('before-the-cut');
  await eventually(() => expectGreeted(bench, ['before-the-cut'], 'hello'));
  broken.abort();
  await bench.greeting('in-the-cut');
  await eventually(() => expectGreeted(bench, ['in-the-cut'], 'hello'));
  expect(rule.hits()).toBe(1);
});

test('events that come twice are worked on as if they came once', async () => {
  proxy.on({ watch: true }, faults.repeatEvents, { times: 2 });
  await run();
  await bench.greeting('repeated');
  await eventually(() => expectGreeted(bench, ['repeated'], 'hello'));
  const { resourceVersion } = (await bench.get(Greeting, 'repeated')).metadata;
  await bench.patch(ConfigMap, 'repeated', { data: { text: 'drifted' } });
  await eventually(() => expectGreeted(bench, ['repeated'], 'hello'));
  expect((await bench.get(Greeting, 'repeated')).metadata.resourceVersion).toBe(resourceVersion);
});

test('a watch that has gone silent is found out, and what it kept back is made up for', async () => {
  const quiet = new AbortController();
  const rule = proxy.on({ watch: true }, faults.silentFrom(quiet.signal), { times: 2 });
  await run();
  await bench.greeting('heard');
  await bench.greeting('goes-unheard');
  await eventually(() => expectGreeted(bench, ['heard', 'goes-unheard'], 'hello'));
  quiet.abort();
  await bench.greeting('unheard');
  await bench.delete(Greeting, 'goes-unheard');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await expect(bench.get(ConfigMap, 'unheard')).rejects.toMatchObject({ status: 404 });
  clock.pass(101_000);
  await eventually(() => expectGreeted(bench, ['heard', 'unheard'], 'hello'));
  expect(rule.hits()).toBe(2);
});
