import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { refuseToLose, storedData } from '../data.ts';
import { Failure } from '../failure.ts';
import { clusterFolder } from '../folder.ts';
import { clusterWith, rememberedChoice } from '../local/choose.ts';
import type { LocalCluster } from '../local/cluster.ts';
import { runSteps } from '../steps.ts';
import { terminalReporter } from '../terminal.ts';
import { type CommonOptions, clusterKubectl, kikoCommand, printResult, withClusterLock } from './options.ts';

interface DownOptions extends CommonOptions {
  readonly deleteData?: string;
}

/** `kiko down`: takes the local cluster away, with all that it put on the machine but installed packages. */
export const downCommand = (): Command =>
  kikoCommand('down', 'take the local cluster away')
    .option('--delete-data <home>', 'delete the data of that home as well')
    .action(down);

async function down(options: DownOptions): Promise<void> {
  const text = await withClusterLock(options.name, async () => {
    // Without a note of the driver there may still be what a run left that was killed: the native one can look.
    const choice = await rememberedChoice(options.name);
    const cluster = clusterWith(options.name, choice ?? { driver: 'native' });
    const reason = cluster.driver === 'kubeconfig' ? undefined : await cluster.available();
    if (reason && choice === undefined && !existsSync(clusterFolder(options.name)))
      return `There is no cluster ${options.name}.`;
    if (reason) throw new Failure(reason);
    await guardData(cluster, options.deleteData);
    await runSteps(cluster.down(), terminalReporter());
    return cluster.driver === 'kubeconfig'
      ? `The cluster ${options.name} is forgotten; what is in it stays.`
      : `The cluster ${options.name} is gone.`;
  });
  printResult(options, { name: options.name, state: 'absent' }, text);
}

/** A cluster that was killed is woken to be asked: what it holds is not to be guessed from its files. */
async function guardData(cluster: LocalCluster, named: string | undefined): Promise<void> {
  if (!(await cluster.holdsData())) return;
  const data = await readData(cluster).catch((error: Error) => {
    if (named === cluster.name) return undefined;
    throw new Failure(
      `Whether the cluster ${cluster.name} holds data can't be told (${error.message}); to delete it all the same, ` +
        `run kiko down --delete-data ${cluster.name}.`,
    );
  });
  if (data) refuseToLose(data, cluster.name, named);
}

async function readData(cluster: LocalCluster) {
  await runSteps(cluster.wake(), terminalReporter());
  return storedData(await clusterKubectl(cluster));
}
