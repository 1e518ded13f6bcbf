import { describe, expect, test } from 'vitest';
import { LeaseEnded } from './cluster/errors.ts';
import { createLeaseServer, type LeaseServer } from './fixtures/lease-server.ts';
import { tracesIn } from './fixtures/signals.ts';
import { createElection, type Election } from './lease.ts';
import { type FakeClock, fakeClock } from './testing.ts';

interface Contender extends Election {
  readonly told: string[];
  readonly signal: AbortSignal;
  readonly stop: () => Promise<void>;
}

function contend(server: LeaseServer, clock: FakeClock, identity: string, up = () => true): Contender {
  const told: string[] = [];
  const election = createElection({
    transport: server.wire(up),
    clock,
    namespace: 'n',
    name: 'l',
    identity,
    onStarted: () => told.push('started'),
    onStopped: () => told.push('stopped'),
    onError: () => undefined,
  });
  const stopping = new AbortController();
  const ended = election.run(stopping.signal);
  return {
    ...election,
    told,
    signal: stopping.signal,
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

describe('an election', () => {
  test('makes the lease, leads, and renews it every two seconds', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 1);
    expect(a.leads()).toBe(true);
    expect(a.gate).not.toThrow();
    expect(server.lease()?.spec).toMatchObject({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    });
    await pass(clock, 20);
    expect(a.leads()).toBe(true);
    expect(a.told).toEqual(['started']);
    expect(server.requests.filter((method) => method === 'PUT').length).toBe(10);
    await a.stop();
  });

  test('a standby does not lead while the leader renews', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 1);
    const b = contend(server, clock, 'b');
    await pass(clock, 60);
    expect([a.leads(), b.leads()]).toEqual([true, false]);
    expect(b.gate).toThrow(LeaseEnded);
    await Promise.all([a.stop(), b.stop()]);
  });

  test('a leader that can reach nobody stops after ten seconds; another begins after fifteen, never both', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    let up = true;
    const a = contend(server, clock, 'a', () => up);
    await pass(clock, 1);
    const b = contend(server, clock, 'b');
    await pass(clock, 5);
    up = false;
    await pass(clock, 7);
    expect(a.leads()).toBe(true);
    let both = false;
    let nobody = 0;
    for (let n = 0; n < 150; n++) {
      await pass(clock, 0.1);
      both ||= a.leads() && b.leads();
      nobody += !a.leads() && !b.leads() ? 1 : 0;
    }
    expect(both).toBe(false);
    expect(nobody).toBeGreaterThan(30);
    expect([a.leads(), b.leads()]).toEqual([false, true]);
    expect(a.told).toEqual(['started', 'stopped']);
    expect(server.lease()?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    up = true;
    await pass(clock, 10);
    expect(a.leads()).toBe(false);
    await Promise.all([a.stop(), b.stop()]);
  });

  test('a standby whose first try to take over fails does not wait for the whole lease again', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    let up = true;
    const a = contend(server, clock, 'a', () => up);
    await pass(clock, 1);
    let failures = 2;
    const b = contend(server, clock, 'b', () => server.requests.at(-1) === 'GET' || failures-- <= 0);
    await pass(clock, 1);
    up = false;
    await pass(clock, 24);
    expect([a.leads(), b.leads()]).toEqual([false, true]);
    expect(failures).toBeLessThan(0);
    await Promise.all([a.stop(), b.stop()]);
  });

  test('a standby takes a lease over as soon as it has expired, and asks no more often for that', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    let up = true;
    const a = contend(server, clock, 'a', () => up);
    await pass(clock, 0.1);
    up = false;
    const b = contend(server, clock, 'b');
    await pass(clock, 14.9);
    const asked = server.requests.length;
    expect(b.leads()).toBe(false);
    expect(asked).toBeLessThan(20);
    await pass(clock, 0.5);
    expect(b.leads()).toBe(true);
    await Promise.all([a.stop(), b.stop()]);
  });

  test('a leader that was paused finds the gate closed before any timer has had its turn', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    let paused = 0;
    const a = contend(server, { ...clock, monotonic: () => clock.monotonic() + paused }, 'a');
    await pass(clock, 1);
    expect(a.gate).not.toThrow();
    paused = 20_000;
    expect(a.gate).toThrow(LeaseEnded);
    await a.stop();
  });

  test('a leader whose machine was suspended, which the monotonic clock does not see, stops as well', async () => {
    const server = createLeaseServer();
    const clock = fakeClock();
    let slept = 0;
    const suspended: FakeClock = { ...clock, now: () => new Date(clock.now().getTime() + slept) };
    const a = contend(server, suspended, 'a');
    await pass(clock, 1);
    expect(a.leads()).toBe(true);
    slept = 60_000;
    expect(a.gate).toThrow(LeaseEnded);
    expect(a.told).toEqual(['started', 'stopped']);
    await a.stop();
  });

  test('a leader that stops gives the lease back, and the next one need not wait', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 1);
    const b = contend(server, clock, 'b');
    await pass(clock, 3);
    await a.stop();
    expect(a.told).toEqual(['started', 'stopped']);
    expect(server.lease()?.spec?.holderIdentity).toBe('');
    await pass(clock, 3);
    expect(b.leads()).toBe(true);
    await b.stop();
  });

  test('a leader goes on where somebody has touched its lease, but not taken it', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 1);
    server.touch();
    await pass(clock, 20);
    expect(a.told).toEqual(['started']);
    await a.stop();
  });

  test.each([
    ['that is lost', false],
    ['that arrives', true],
  ])(
    'a leader that stops in the middle of a renewal %s gives the lease back all the same',
    async (_, arrives) => {
      const [server, clock] = [createLeaseServer(), fakeClock()];
      const a = contend(server, clock, 'a');
      await pass(clock, 1);
      server.holdNext(arrives);
      await pass(clock, 2);
      await a.stop();
      expect(server.lease()?.spec?.holderIdentity).toBe('');
    },
  );

  test('a standby that stops leaves the lease to its holder', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 1);
    const b = contend(server, clock, 'b');
    await pass(clock, 1);
    await b.stop();
    expect(server.lease()?.spec?.holderIdentity).toBe('a');
    await a.stop();
  });

  test('leaves nothing behind in the signal of the process, however often it renews', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const a = contend(server, clock, 'a');
    await pass(clock, 4);
    const before = tracesIn(a.signal);
    await pass(clock, 60);
    expect(tracesIn(a.signal)).toBe(before);
    await a.stop();
  });

  test('of two that want a free lease at the same moment, one leads', async () => {
    const [server, clock] = [createLeaseServer(), fakeClock()];
    const contenders = ['a', 'b', 'c'].map((identity) => contend(server, clock, identity));
    await pass(clock, 5);
    expect(contenders.filter((one) => one.leads())).toHaveLength(1);
    await Promise.all(contenders.map((one) => one.stop()));
  });
});
