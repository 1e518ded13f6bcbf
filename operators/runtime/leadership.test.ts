import { expect, test } from 'vitest';
import { createLeaseServer } from './fixtures/lease-server.ts';
import { createLeadership } from './leadership.ts';
import { createMetrics } from './metrics.ts';
import type { RunningController } from './run-controller.ts';
import { type FakeClock, fakeClock, silentLog } from './testing.ts';

/** A controller whose passes end when they are told to, and not when they are cut off. */
function deafController() {
  const terms: { readonly signal: AbortSignal; readonly end: () => void }[] = [];
  let drained = false;
  const controller: RunningController = {
    name: 'deaf',
    work: (signal) => new Promise((resolve) => terms.push({ signal, end: resolve })),
    drain: () => {
      drained = true;
    },
    wakeAll: () => undefined,
  };
  return { controller, terms, drained: () => drained };
}

/** A process that takes part in an election, and what it can reach. */
function start() {
  const clock = fakeClock();
  const server = createLeaseServer();
  let up = true;
  const leadership = createLeadership({
    election: { transport: server.wire(() => up), clock, namespace: 'n', name: 'l', identity: 'me' },
    name: 'l',
    metrics: createMetrics(),
    clock,
    log: silentLog,
  });
  const stopping = new AbortController();
  const deaf = deafController();
  const ended = leadership.run([deaf.controller], stopping.signal);
  return {
    clock,
    server,
    leadership,
    ...deaf,
    network(works: boolean) {
      up = works;
    },
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let left = seconds * 10; left > 0; left--) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether a promise is settled. */
const isOver = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);

test('a pass that does not end with its term does not keep the next term from working', async () => {
  const { clock, terms, network, leadership, stop } = start();
  await pass(clock, 1);
  expect(terms).toHaveLength(1);
  network(false);
  await pass(clock, 12);
  expect([leadership.leads(), terms[0]?.signal.aborted]).toEqual([false, true]);
  network(true);
  await pass(clock, 4);
  expect(leadership.leads()).toBe(true);
  expect(terms).toHaveLength(2);
  for (const term of terms) term.end();
  await stop();
});

test('the lease is given back when the last pass has ended', async () => {
  const { clock, terms, server, leadership, stop } = start();
  await pass(clock, 1);
  const drained = leadership.drain(1_000);
  await pass(clock, 0.9);
  expect([await isOver(drained), terms[0]?.signal.aborted]).toEqual([false, false]);
  await pass(clock, 0.2);
  // Cut off, and given a moment to end.
  expect([await isOver(drained), terms[0]?.signal.aborted]).toEqual([false, true]);
  expect(server.lease()?.spec?.holderIdentity).toBe('me');
  terms[0]?.end();
  await drained;
  await stop();
  expect(server.lease()?.spec?.holderIdentity).toBe('');
});

test('a pass that never ends does not keep the process from stopping', async () => {
  const { clock, server, leadership, stop } = start();
  await pass(clock, 1);
  const drained = leadership.drain(1_000);
  await pass(clock, 5);
  expect(await isOver(drained)).toBe(true);
  await stop();
  expect(server.lease()?.spec?.holderIdentity).toBe('');
});

test('a process that drains begins no new term', async () => {
  const { clock, terms, network, leadership, stop, drained } = start();
  await pass(clock, 1);
  network(false);
  await pass(clock, 12);
  terms[0]?.end();
  await leadership.drain(1_000);
  expect(drained()).toBe(true);
  network(true);
  await pass(clock, 4);
  expect(terms).toHaveLength(1);
  await stop();
});
