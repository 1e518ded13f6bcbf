import { join } from 'node:path';
import type { Command } from 'commander';
import { execa } from 'execa';
import { SYSTEM_NAMESPACE } from '../install/home.ts';
import { type CommonOptions, clusterKubectl, kikoCommand, presentCluster } from './options.ts';

const root = join(import.meta.dirname, '../..');
const deployment = ['deployment/hearth-operators', '-n', SYSTEM_NAMESPACE];

/** `kiko dev`: runs the operators from their source against the cluster, starting anew when a file changes. */
export const devCommand = (): Command =>
  kikoCommand('dev', 'run the operators from source; those in the cluster rest meanwhile').action(dev);

async function dev({ name }: CommonOptions): Promise<void> {
  const cluster = await presentCluster(name);
  const kubectl = await clusterKubectl(cluster);
  const image = await kubectl([
    'get',
    ...deployment,
    '-o',
    'jsonpath={.spec.template.spec.containers[0].image}',
  ]);
  const replicas = await kubectl(['get', ...deployment, '-o', 'jsonpath={.spec.replicas}']);
  await kubectl(['scale', ...deployment, '--replicas=0']);
  try {
    await runFromSource(cluster.kubeconfig, image);
  } finally {
    await kubectl(['scale', ...deployment, `--replicas=${replicas === '0' ? 1 : replicas}`]);
  }
}

/** Ends when a person interrupts it: the signal reaches the child too, which is no failure. */
async function runFromSource(kubeconfig: string, image: string): Promise<void> {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  // The port that machines know may be taken on this machine; the log says which one it is.
  const flags = ['--kubeconfig', kubeconfig, '--enrolment-port=0'];
  const args = ['--watch', join(root, 'operators/main.ts'), ...flags];
  await execa(process.execPath, args, { stdio: 'inherit', reject: false, env: { HEARTH_IMAGE: image } });
  process.off('SIGINT', ignore);
}
