import { setTimeout as pause } from 'node:timers/promises';
import { ConfigMap, Lease, loadCluster, type Manager } from '@hearth/runtime';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Bench, eventually, Greeting, openBench } from '../../operators/runtime/fixtures/api.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { movableClock } from './clock.ts';
import * as faults from './faults.ts';
import { expectGreeted, greeter, metric, startOver } from './greeter.ts';
import { type FaultProxy, MUTATING, openFaultProxy, proxyTime } from './proxy.ts';
import { busiestSecond } from './rate.ts';

let plane: ControlPlane;
let bench: Bench;
let proxy: FaultProxy;
let manager: Manager | undefined;

beforeAll(async () => {
  plane = await startControlPlane();
  bench = await openBench(plane.kubeconfig);
  proxy = await openFaultProxy(await loadCluster({ kubeconfig: plane.kubeconfig }));
});
afterEach(async () => {
  proxy.heal();
  await manager?.stop();
  manager = undefined;
});
afterAll(async () => {
  await proxy?.close();
  await bench?.close();
  await plane?.stop();
});

/** How soon all is as it should be after the API's return, and how many requests a second that may take. */
const SOON = 30_000;
const MOST_PER_SECOND = 150;

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const greetAll = (all: readonly string[]) => Promise.all(all.map((name) => bench.greeting(name)));
const changeAll = (all: readonly string[], text: string) =>
  Promise.all(all.map((name) => bench.patch(Greeting, name, { spec: { text } })));

/** Waits until Greetings say `text`; prints and bounds the time and the requests that it took. */
async function recovers(what: string, since: number, all: readonly string[], text: string): Promise<void> {
  await eventually(() => expectGreeted(bench, all, text), SOON);
  const took = (proxyTime() - since) / 1000;
  await pause(2_000);
  const busiest = busiestSecond(proxy, since);
  console.error(`${what}: recovered after ${took.toFixed(1)} s, at most ${busiest} requests in a second`);
  expect(busiest).toBeLessThanOrEqual(MOST_PER_SECOND);
}

test('an API server that is killed and comes back: nothing is missed and nothing is done twice', async () => {
  const passes: string[] = [];
  const controller = greeter(bench.namespace);
  const counting = {
    ...controller,
    reconcile: (...all: Parameters<typeof controller.reconcile>) => {
      passes.push(all[0].metadata.name);
      return controller.reconcile(...all);
    },
  };
  manager = await startOver(proxy, plane.kubeconfig, [counting]);
  const [still, moving] = [names('still', 30), names('moving', 30)];
  await greetAll([...still, ...moving]);
  await eventually(() => expectGreeted(bench, [...still, ...moving], 'hello'));
  await changeAll(moving, 'half-way');
  const killed = plane.restart();
  await killed;
  const since = proxyTime();
  await changeAll(moving, 'after');
  await recovers('restart of the API server', since, moving, 'after');
  await expectGreeted(bench, still, 'hello');
  expect(await metric(manager, 'rest_client_requests_total', 'code="<error>"')).toBeGreaterThan(0);
  // What did not change was not written again.
  expect(proxy.recorded({ methods: MUTATING, path: /\/still-/ }, since)).toEqual([]);
});

test('a version that etcd has compacted away is listed anew', async () => {
  manager = await startOver(proxy, plane.kubeconfig, [greeter(bench.namespace)]);
  const [kept, dropped] = [names('compacted', 10), names('dropped', 3)];
  await greetAll([...kept, ...dropped]);
  await eventually(() => expectGreeted(bench, [...kept, ...dropped], 'hello'));
  proxy.partition();
  const began = proxyTime();
  await changeAll(kept, 'meanwhile');
  await Promise.all(dropped.map((name) => bench.delete(Greeting, name)));
  await plane.compact();
  // A restart empties the watch cache of the API server too: now nobody remembers where the watches were.
  await plane.restart();
  await plane.compact();
  proxy.heal();
  const since = proxyTime();
  await recovers('compaction', since, kept, 'meanwhile');
  const lists = proxy.recorded({ path: /\/greetings\?/, watch: false }, began);
  expect(lists.length, 'lists after the 410').toBeGreaterThan(0);
});

test.each([
  ['away', faults.reset],
  ['ill', faults.refuse(500)],
])(
  'keys that failed for long while the API server was %s do not wait for minutes after',
  async (how, fault) => {
    const clock = movableClock();
    manager = await startOver(proxy, plane.kubeconfig, [greeter(bench.namespace)], { clock });
    // As many as there are workers, so that each fails as often as time lets it.
    const all = names(how, 4);
    await greetAll(all);
    await eventually(() => expectGreeted(bench, all, 'hello'));
    const away = proxy.on({ methods: MUTATING }, fault, { times: Number.POSITIVE_INFINITY });
    await changeAll(all, 'changed');
    // Hours, in which every key fails again and again: each pass tries four times.
    for (let step = 0; step < 150; step++) {
      clock.pass(300_000);
      await pause(20);
    }
    expect(away.hits()).toBeGreaterThan(all.length * 4 * 12);
    away.remove();
    await recovers(`return of an API server that was ${how}`, proxyTime(), all, 'changed');
  },
);

test('a partition of five minutes: the leader stands by, and all is made up for', async () => {
  const clock = movableClock();
  const lease = { namespace: bench.namespace, name: 'parted' };
  manager = await startOver(proxy, plane.kubeconfig, [greeter(bench.namespace)], {
    clock,
    leaderElect: true,
    lease,
  });
  const [changed, added, removed] = [names('changed', 20), names('added', 20), names('removed', 5)];
  await greetAll([...changed, ...removed]);
  await eventually(() => expectGreeted(bench, [...changed, ...removed], 'hello'));
  proxy.partition();
  for (let second = 0; second < 300; second += 10) {
    clock.pass(10_000);
    await pause(20);
  }
  expect(manager.leads()).toBe(false);
  await changeAll(changed, 'parted');
  await greetAll(added);
  await changeAll(added, 'parted');
  await Promise.all(removed.map((name) => bench.delete(Greeting, name)));
  proxy.heal();
  await recovers('partition', proxyTime(), [...changed, ...added], 'parted');
  expect(manager.leads()).toBe(true);
});

test('a clock that is set forward or back by an hour stops nothing and repeats nothing', async () => {
  const clock = movableClock();
  const lease = { namespace: bench.namespace, name: 'stepped' };
  manager = await startOver(proxy, plane.kubeconfig, [greeter(bench.namespace)], {
    clock,
    leaderElect: true,
    lease,
  });
  const all = names('stepped', 10);
  await greetAll(all);
  await eventually(() => expectGreeted(bench, all, 'hello'));
  for (const [text, step] of [
    ['forward', 3600_000],
    ['back', -2 * 3600_000],
  ] as const) {
    const since = proxyTime();
    clock.set(step);
    await pause(3_000);
    const idle = proxy.recorded({ methods: MUTATING }, since).filter(({ path }) => !path.includes('/leases'));
    expect(idle, `writes because the clock was set ${text}`).toEqual([]);
    await changeAll(all, text);
    await recovers(`clock set ${text}`, proxyTime(), all, text);
    expect((await bench.get(Lease, 'stepped')).spec?.leaseTransitions).toBe(0);
  }
  expect(await bench.get(ConfigMap, 'stepped-0')).toMatchObject({ data: { text: 'back' } });
});
