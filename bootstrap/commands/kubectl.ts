import { Command } from 'commander';
import { execa } from 'execa';
import { ensureTools } from '../local/native/toolchain.ts';
import { presentCluster } from './options.ts';

/** `kiko kubectl ARGS`: kubectl of the cluster's own version, with the cluster's kubeconfig. */
export const kubectlCommand = (): Command =>
  new Command('kubectl')
    .description('run kubectl against the local cluster')
    .option('--name <name>', 'name of the local cluster', 'local')
    .argument('[args...]', 'what to tell kubectl')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[], options: { name: string }) => {
      const cluster = await presentCluster(options.name);
      const { kubectl } = await ensureTools(['kubectl'], (doing) => process.stderr.write(`${doing}\n`));
      const env = { KUBECONFIG: cluster.kubeconfig };
      const { exitCode } = await execa(kubectl, args, { stdio: 'inherit', env, reject: false });
      process.exitCode = exitCode ?? 1;
    });
