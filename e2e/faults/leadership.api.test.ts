import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Lease, loadCluster } from '@hearth/runtime';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Bench, eventually, openBench } from '../../operators/runtime/fixtures/api.ts';
import { kubeconfigVia } from './kubeconfig.ts';
import { type FaultProxy, MUTATING, openFaultProxy, type Recorded } from './proxy.ts';

let bench: Bench;
let proxy: FaultProxy;
let folder: string;
let kubeconfig: string;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
  proxy = await openFaultProxy(await loadCluster({ kubeconfig: inject('kubeconfig') }));
  folder = await mkdtemp(join(tmpdir(), 'hearth-leadership-'));
  kubeconfig = await kubeconfigVia(inject('kubeconfig'), proxy.url, join(folder, 'kubeconfig'));
});
afterAll(async () => {
  await proxy?.close();
  await bench?.close();
  await rm(folder, { recursive: true, force: true });
});

/** From the start of a renewal, a leader leads so long; the others wait so much longer (the runtime's own times). */
const RENEW_DEADLINE = 10_000;
const FAILOVER = 20_000;

/** Starts an operator process that ends with this one. */
function startOperator(identity: string) {
  const program = join(import.meta.dirname, 'operator.ts');
  const args = ['--kubeconfig', kubeconfig, '--namespace', bench.namespace, '--identity', identity];
  return execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, program, ...args], {
    reject: false,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  });
}

const isLease = ({ path }: Recorded) => path.includes('/leases');
const of = (identity: string, since = 0) =>
  proxy.recorded({ methods: MUTATING, client: `hearth/${identity}` }, since);
/** What only a leader may do. */
const work = (identity: string, since = 0) => of(identity, since).filter((each) => !isLease(each));
const leader = async () => (await bench.get(Lease, 'busy')).spec?.holderIdentity;

test('a leader that is stopped past its lease and continued starts no request; another has taken over', async () => {
  for (let index = 0; index < 24; index++) await bench.greeting(`busy-${index}`);
  const first = startOperator('first');
  await eventually(() => expect(work('first').length).toBeGreaterThan(20), 30_000);
  const second = startOperator('second');
  await eventually(
    () => expect(proxy.recorded({ client: 'hearth/second', path: /leases/ })).not.toEqual([]),
    30_000,
  );
  expect(await leader()).toBe('first');

  first.kill('SIGSTOP');
  const stopped = proxy.requests.at(-1)?.at ?? 0;
  await eventually(() => expect(work('second')).not.toEqual([]), 40_000);
  const [takenOver] = work('second');
  const failover = (takenOver?.at ?? 0) - stopped;
  console.error(
    `failover: ${(failover / 1000).toFixed(1)} s from SIGSTOP to the first write of the next leader`,
  );
  expect(failover).toBeLessThan(FAILOVER);
  expect(await leader()).toBe('second');

  first.kill('SIGCONT');
  await pause(5_000);
  const renewals = of('first').filter(
    (each) => isLease(each) && (each.status ?? 500) < 300 && each.at <= stopped,
  );
  const end = (renewals.at(-1)?.at ?? 0) + RENEW_DEADLINE;
  expect(
    work('first').filter(({ at }) => at > end),
    'requests of a leader whose lease has ended',
  ).toEqual([]);
  expect(work('first').at(-1)?.at ?? 0).toBeLessThan(takenOver?.at ?? 0);
  // It is alive, asks for the lease, and would lead again.
  expect(proxy.recorded({ client: 'hearth/first', path: /leases/ }, end)).not.toEqual([]);
  second.kill('SIGTERM');
  const since = proxy.requests.at(-1)?.at ?? 0;
  await eventually(() => expect(work('first', since)).not.toEqual([]), 20_000);
  first.kill('SIGTERM');
  await Promise.all([first, second]);
}, 120_000);
