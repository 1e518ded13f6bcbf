import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { loadCluster } from '@hearth/runtime';
import { openTestHome } from '../app/home.ts';
import { startPostgres } from '../harness/postgres.ts';
import { kubeconfigVia } from './kubeconfig.ts';
import { type Fault, MUTATING, openFaultProxy, proxyTime } from './proxy.ts';
import { type OnStatement, openSqlProxy } from './sql-proxy.ts';
import type { Place } from './sweep-life.ts';
import { createOperator, type OperatorProcess } from './sweep-operator.ts';
import { callOf, createTap, statementOf, type Tap } from './sweep-points.ts';

/** A home with an operator process all of whose calls are watched, and which is killed where the tap says. */
export interface Stage extends Place {
  readonly operator: OperatorProcess;
  readonly tap: Tap;
  /** Whether the operator has caught up with the cluster since it was started, and done nothing for a while. */
  isQuiet(): boolean;
  close(): Promise<void>;
}

/** So long without a request or a statement, in milliseconds, all is said and done. */
const QUIET = 600;

/** Opens a stage: a control plane, a PostgreSQL, a proxy before each, and an operator that is not started yet. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-sweep-'));
  const [home, server] = await Promise.all([openTestHome({ suite: false }), startPostgres()]);
  const tap = createTap();
  const proxy = await openFaultProxy(await loadCluster({ kubeconfig: home.operatorKubeconfig }));
  const kubeconfig = await kubeconfigVia(home.operatorKubeconfig, proxy.url, join(folder, 'kubeconfig'));
  const operator = createOperator(kubeconfig, folder);
  let started = 0;
  let lastStatement = 0;
  const restart = async () => {
    await operator.kill();
    started = proxyTime();
    operator.start();
  };
  proxy.on({ methods: MUTATING }, crashAtCall(tap, restart), { times: Number.POSITIVE_INFINITY });
  const sql = await openSqlProxy(
    server,
    'hearth',
    crashAtStatement(tap, restart, () => {
      lastStatement = proxyTime();
    }),
  );
  return {
    client: home.client,
    server,
    databasePort: sql.port,
    gatewayPort: home.gatewayPort,
    operator,
    tap,
    isQuiet() {
      const lastRequest = proxy.requests.at(-1)?.at ?? 0;
      const isWatching = proxy.recorded({ watch: true }, started).length > 0;
      return isWatching && proxyTime() - Math.max(lastRequest, lastStatement, started) > QUIET;
    },
    async close() {
      await operator.kill();
      await Promise.all([proxy.close(), sql.close()]);
      await Promise.all([home.close(), server.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Kills before the API server hears of the call, or when it has carried it out and before it can say so. */
function crashAtCall(tap: Tap, kill: () => Promise<void>): Fault {
  return async ({ request, send, relay }) => {
    const when = tap.next(callOf(request.method ?? '', request.url ?? ''));
    if (when === 'before') return kill();
    const answer = await send();
    if (when === undefined) return relay(answer);
    await buffer(answer);
    await kill();
  };
}

/** The same, of a statement. */
function crashAtStatement(tap: Tap, kill: () => Promise<void>, note: () => void): OnStatement {
  return async ({ text, send, relay }) => {
    note();
    const when = tap.next(statementOf(text));
    if (when === 'before') return kill();
    const answer = await send();
    note();
    if (when === undefined) return relay(answer);
    await kill();
  };
}
