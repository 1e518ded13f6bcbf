import { createOperator } from '../faults/sweep-operator.ts';
import { freePort } from '../harness/free-port.ts';
import { deployedEnvironment } from './controller/deployed.ts';
import { readMetrics, type Sample, sumOf } from './metrics.ts';
import { type Usage, usageOf } from './usage.ts';

/** The operators as people run them: a process with the settings of the chart, and its lease. */
export interface Operators {
  usage(): Usage;
  metrics(): Promise<readonly Sample[]>;
  /** Ends them as Kubernetes does, by SIGTERM. */
  stop(): Promise<void>;
}

/**
 * Starts the operators, which log to `folder`; with `profile`, a folder for a CPU profile, which slows them down.
 * Resolves when they lead.
 */
export async function startOperators(
  kubeconfig: string,
  folder: string,
  profile: string | undefined,
  controllers = 'app',
): Promise<Operators> {
  const httpPort = await freePort();
  const { NODE_OPTIONS = '', ...settings } = await deployedEnvironment();
  const profiling = profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${profile}`;
  const env = { NODE_ENV: 'production', NODE_OPTIONS: NODE_OPTIONS + profiling, ...settings };
  const operator = createOperator(kubeconfig, folder, { alone: false, httpPort, controllers, env });
  operator.start();
  const pid = () => {
    const known = operator.pid();
    if (known === undefined) throw new Error(`the operators have ended; their log is in ${folder}`);
    return known;
  };
  const metrics = () => readMetrics(httpPort);
  const leads = async () => sumOf(await metrics().catch(() => []), 'leader_election_master_status') === 1;
  while (!(await leads())) {
    pid();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    usage: () => usageOf(pid()),
    metrics,
    async stop() {
      const running = operator.pid();
      if (running !== undefined) process.kill(running, 'SIGTERM');
      for (let tries = 0; tries < 200 && operator.pid() !== undefined; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      await operator.kill();
    },
  };
}
