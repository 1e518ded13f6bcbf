import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCluster } from '@hearth/runtime';
import { openTestHome, type TestHome } from '../../app/home.ts';
import { gatewayApp, postgresApp } from '../../app/objects.ts';
import { kubeconfigVia } from '../../faults/kubeconfig.ts';
import { type FaultProxy, openFaultProxy } from '../../faults/proxy.ts';
import { openSqlProxy } from '../../faults/sql-proxy.ts';
import { createOperator, type OperatorProcess } from '../../faults/sweep-operator.ts';
import { freePort } from '../../harness/free-port.ts';
import { type PostgresServer, startPostgres } from '../../harness/postgres.ts';
import { deployedEnvironment } from '../controller/deployed.ts';
import { definitions } from './products.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import { type Vitals, vitalsOf } from './vitals.ts';
import { createWeather, type Weather } from './weather.ts';

/** A home with everything but pods, whose operator sees and reaches all of it through the weather. */
export interface World {
  readonly home: TestHome;
  readonly server: PostgresServer;
  readonly proxy: FaultProxy;
  readonly weather: Weather;
  readonly operator: OperatorProcess;
  /** What the operator process holds on to. @throws where it does not run: nobody but the bench ends it. */
  vitals(): Promise<Vitals>;
  /** Where the operator's log is. */
  readonly folder: string;
  /** Ends everything; `keepLog` leaves the folder. */
  close(options: { readonly keepLog: boolean }): Promise<void>;
}

/** Opens a world with providers in it. Its operator is started, as the chart runs it. */
export async function openWorld(random: Random, tally: Tally): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-soak-'));
  const weather = createWeather(random, tally);
  const [home, server] = await Promise.all([
    openTestHome({ suite: false }),
    startPostgres({ log_statement: 'none' }),
  ]);
  const proxy = await openFaultProxy(await loadCluster({ kubeconfig: home.operatorKubeconfig }));
  proxy.on({}, weather.onRequest, { times: Number.POSITIVE_INFINITY });
  const sql = await openSqlProxy(server, 'hearth', weather.onStatement);
  const kubeconfig = await kubeconfigVia(home.operatorKubeconfig, proxy.url, join(folder, 'kubeconfig'));
  const httpPort = await freePort();
  const env = { NODE_ENV: 'production', ...(await deployedEnvironment()) };
  const operator = createOperator(kubeconfig, folder, { alone: false, httpPort, env });
  const { client, gatewayPort } = home;
  const second = gatewayApp(gatewayPort);
  await client.apply(...definitions, ...postgresApp({ ...server, port: sql.port }), gatewayApp(gatewayPort), {
    ...second,
    metadata: { ...second.metadata, name: 'other' },
  });
  operator.start();
  return {
    home,
    server,
    proxy,
    weather,
    operator,
    folder,
    vitals() {
      const pid = operator.pid();
      if (pid === undefined) throw new Error(`the operator has ended by itself; its log is in ${folder}`);
      return vitalsOf(pid, httpPort);
    },
    async close({ keepLog }) {
      await operator.kill();
      await Promise.all([proxy.close(), sql.close()]);
      await Promise.all([home.close(), server.stop()]);
      if (!keepLog) await rm(folder, { recursive: true, force: true });
    },
  };
}
