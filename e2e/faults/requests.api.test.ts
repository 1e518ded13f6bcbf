import { ConfigMap, loadCluster, type Manager } from '@hearth/runtime';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Bench, eventually, openBench } from '../../operators/runtime/fixtures/api.ts';
import * as faults from './faults.ts';
import { expectGreeted, greeter, metric, startOver } from './greeter.ts';
import { type Fault, type FaultProxy, MUTATING, openFaultProxy } from './proxy.ts';

let bench: Bench;
let proxy: FaultProxy;
let manager: Manager | undefined;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
  proxy = await openFaultProxy(await loadCluster({ kubeconfig: inject('kubeconfig') }));
});
afterEach(async () => {
  await manager?.stop();
  manager = undefined;
});
afterAll(async () => {
  await proxy.close();
  await bench.close();
});

const run = async () => {
  manager = await startOver(proxy, inject('kubeconfig'), [greeter(bench.namespace)]);
  return manager;
};
const writesOf = (name: string, since: number) =>
  proxy.recorded({ methods: MUTATING, path: new RegExp(`/${name}(/status)?\\?`) }, since);

/** Each fault, and the code under which the metrics show it. */
const cases: readonly (readonly [name: string, fault: Fault, code: string])[] = [
  ['cut-before', faults.cutBefore, '<error>'],
  ['cut-after', faults.cutAfter, '<error>'],
  ['reset', faults.reset, '<error>'],
  ['truncated', faults.truncate, '<error>'],
  ['half-closed', faults.halfClose, '<error>'],
  ['shortened', faults.shorten, '<error>'],
  ['answered-500', faults.refuse(500), '500'],
  ['answered-503', faults.refuse(503), '503'],
  ['answered-410', faults.gone, '410'],
];

test.each(cases)(
  'a write that is %s is done in the end, and the failure is counted',
  async (name, fault, code) => {
    const running = await run();
    const since = performance.timeOrigin + performance.now();
    const rules = [1, 2].map((nth) =>
      proxy.on({ methods: MUTATING, path: new RegExp(`/${name}(/status)?\\?`) }, fault, { nth }),
    );
    await bench.greeting(name, 'first');
    await eventually(() => expectGreeted(bench, [name], 'first'));
    expect(rules.map((rule) => rule.hits())).toEqual([1, 1]);
    expect(await metric(running, 'rest_client_requests_total', `code="${code}"`)).toBeGreaterThan(0);
    // Two writes are needed; each fault costs one more, and a pass that failed says so in the status.
    expect(writesOf(name, since).length).toBeLessThanOrEqual(8);
  },
);

test('a server that asks for time gets it', async () => {
  await run();
  const rule = proxy.on({ methods: MUTATING, path: /\/busy\?/ }, faults.refuse(429, { retryAfter: 2 }));
  const since = performance.timeOrigin + performance.now();
  await bench.greeting('busy');
  await eventually(() => expectGreeted(bench, ['busy'], 'hello'));
  expect(rule.hits()).toBe(1);
  const [first, second] = writesOf('busy', since);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_990);
});

test('a write that arrives twice, or late, has the effect of one', async () => {
  await run();
  proxy.on({ methods: MUTATING, path: /\/twice(\/status)?\?/ }, faults.duplicate, { times: 2 });
  proxy.on({ methods: MUTATING, path: /\/late\?/ }, faults.delay(500));
  await bench.greeting('twice');
  await bench.greeting('late');
  await eventually(() => expectGreeted(bench, ['twice', 'late'], 'hello'));
  await bench.patch(ConfigMap, 'twice', { data: { text: 'drifted' } });
  await eventually(() => expectGreeted(bench, ['twice'], 'hello'));
});

test.each(cases)('a list that is %s is asked for again', async (_name, fault) => {
  const rule = proxy.on({ methods: ['GET'], watch: false, path: /\/greetings\?/ }, fault, { times: 3 });
  await bench.greeting(`listed-${_name}`);
  await run();
  await eventually(() => expectGreeted(bench, [`listed-${_name}`], 'hello'));
  expect(rule.hits()).toBe(3);
});
