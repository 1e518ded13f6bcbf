import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { loadCluster } from './cluster/load.ts';
import type { Controller } from './controller.ts';
import { type Bench, eventually, Greeting, managerFor, openBench } from './fixtures/api.ts';
import { type Link, openLink } from './fixtures/link.ts';
import { Lease } from './kinds/system.ts';
import type { Manager } from './manager.ts';
import { ready } from './outcome.ts';

const ELECTION = { duration: 2_000, renewDeadline: 1_200, retryPeriod: 200 };

let bench: Bench;
let link: Link;
const managers: Manager[] = [];

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
});
beforeEach(async () => {
  link = await openLink(
    Number(new URL((await loadCluster({ kubeconfig: inject('kubeconfig') })).server).port),
  );
});
afterEach(async () => {
  link.mend();
  await Promise.all(managers.splice(0).map((manager) => manager.stop()));
  await link.close();
});
afterAll(() => bench.close());

/** A manager that notes who reconciled what, over the link or directly. */
async function contender(identity: string, passes: string[], overLink: boolean): Promise<Manager> {
  const cluster = await loadCluster({ kubeconfig: inject('kubeconfig') });
  const controller: Controller = {
    name: 'contender',
    kind: Greeting,
    async reconcile({ metadata }) {
      if (metadata.namespace === bench.namespace) passes.push(`${identity} ${metadata.name}`);
      return ready();
    },
  };
  const manager = await managerFor(inject('kubeconfig'), [controller], {
    ...(overLink ? { cluster: { ...cluster, server: `https://127.0.0.1:${link.port}` } } : {}),
    identity,
    leaderElect: true,
    lease: { namespace: bench.namespace, name: 'contest' },
    election: ELECTION,
    grace: 500,
  });
  managers.push(manager);
  await manager.start();
  return manager;
}

test('a partitioned leader stops working before another begins, and stands by when it is back', async () => {
  const passes: string[] = [];
  const first = await contender('first', passes, true);
  await eventually(() => expect(first.leads()).toBe(true));
  const second = await contender('second', passes, false);
  await bench.greeting('one');
  await eventually(() => expect(passes).toContain('first one'));
  expect(second.leads()).toBe(false);
  expect(passes.filter((pass) => pass.startsWith('second'))).toEqual([]);

  link.cut();
  let both = false;
  const watch = setInterval(() => {
    both ||= first.leads() && second.leads();
  }, 5);
  await eventually(() => expect(second.leads()).toBe(true));
  clearInterval(watch);
  expect(both).toBe(false);
  await eventually(() => expect(passes).toContain('second one'));

  link.mend();
  await bench.greeting('two');
  await eventually(() => expect(passes).toContain('second two'));
  expect(first.leads()).toBe(false);
  expect(passes).not.toContain('first two');
});

test('a leader that stops hands over at once', async () => {
  const passes: string[] = [];
  const first = await contender('leaves', passes, true);
  await eventually(() => expect(first.leads()).toBe(true));
  const second = await contender('follows', passes, false);
  const began = performance.now();
  await first.stop();
  managers.splice(managers.indexOf(first), 1);
  await eventually(() => expect(second.leads()).toBe(true));
  expect(performance.now() - began).toBeLessThan(ELECTION.duration);
  const lease = await bench.get(Lease, 'contest');
  expect(lease.spec?.holderIdentity).toBe('follows');
  await bench.greeting('handed');
  await eventually(() => expect(passes).toContain('follows handed'));
});
