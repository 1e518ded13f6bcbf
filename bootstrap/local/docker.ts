import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { writeWhole } from '../files.ts';
import { clusterFolder } from '../folder.ts';
import type { LocalCluster } from './cluster.ts';
import { settlePorts } from './ports.ts';
import { findOnPath } from './prerequisites.ts';

/** The k3s image that is run, of the same Kubernetes minor version as the native driver's. */
const K3S_IMAGE = 'rancher/k3s:v1.34.4-k3s1';

/** The label that a cluster's container is found by. */
export const clusterLabel = (name: string): Record<string, string> => ({ 'hearth.dev/local-cluster': name });

const PREFERRED = { https: 8443 } as const;

/**
 * k3s in a Docker container, through Testcontainers, which is loaded only here. The container is marked for reuse,
 * so it outlives the command. Not run on the machines that Hearth is tested on.
 */
export function dockerCluster(name: string): LocalCluster {
  const folder = clusterFolder(name);
  const kubeconfig = join(folder, 'kubeconfig');
  const httpsPort = async () =>
    (await settlePorts(join(folder, 'ports.json'), PREFERRED, (await containerState(name)) !== undefined))
      .https;
  const start = async () => {
    const container = await startContainer(name, await httpsPort());
    await writeWhole(kubeconfig, container.getKubeConfig());
  };
  return {
    driver: 'docker',
    name,
    kubeconfig,
    available: unavailable,
    up: () => [{ title: 'Start k3s in Docker', run: start }],
    wake: () => [{ title: 'Start k3s in Docker', run: start }],
    down: () => [{ title: 'Remove the container', run: () => removeContainer(name, folder) }],
    status: async () => {
      const state = await containerState(name);
      const running = state === 'running';
      return {
        name,
        driver: 'docker',
        state: running ? 'running' : state ? 'stopped' : 'absent',
        parts: { k3s: running },
      };
    },
    holdsData: async () => existsSync(kubeconfig) && (await containerState(name)) !== undefined,
    importImages: async (archive) => importImages(name, await httpsPort(), archive),
    images: async () => {
      const args = [
        'exec',
        await containerId(name),
        'ctr',
        '--namespace',
        'k8s.io',
        'images',
        'list',
        '--quiet',
      ];
      return (await execa('docker', args)).stdout.split('\n');
    },
    nodeAddress: async () => '127.0.0.1',
    httpsPort,
  };
}

async function unavailable(): Promise<string | undefined> {
  if (!(await findOnPath('docker'))) return 'There is no docker on the PATH.';
  const { exitCode } = await execa('docker', ['info'], { reject: false });
  return exitCode === 0 ? undefined : 'Docker does not answer; start it, or join its group.';
}

async function startContainer(name: string, https: number) {
  const { K3sContainer } = await import('@testcontainers/k3s');
  return new K3sContainer(K3S_IMAGE)
    .withExposedPorts({ container: https, host: https })
    .withLabels(clusterLabel(name))
    .withReuse()
    .start();
}

async function importImages(name: string, https: number, archive: string): Promise<void> {
  const container = await startContainer(name, https);
  const target = '/tmp/images.tar';
  await container.copyFilesToContainer([{ source: archive, target }]);
  const { exitCode, output } = await container.exec([
    'ctr',
    '--namespace',
    'k8s.io',
    'images',
    'import',
    target,
  ]);
  if (exitCode !== 0) throw new Failure(`Importing ${archive} failed: ${output.trim().split('\n').at(-1)}`);
  await container.exec(['rm', target]);
}

const filters = (name: string): string[] =>
  Object.entries(clusterLabel(name)).map(([key, value]) => `--filter=label=${key}=${value}`);

async function containerState(name: string): Promise<string | undefined> {
  const args = ['ps', '--all', ...filters(name), '--format={{.State}}'];
  const { stdout } = await execa('docker', args, { reject: false });
  return stdout?.split('\n')[0] || undefined;
}

async function containerId(name: string): Promise<string> {
  const { stdout } = await execa('docker', ['ps', '--all', '--quiet', ...filters(name)]);
  const id = stdout.split('\n')[0];
  if (!id) throw new Failure(`The cluster ${name} is not up; run kiko up --local first.`);
  return id;
}

async function removeContainer(name: string, folder: string): Promise<void> {
  if (await containerState(name))
    await execa('docker', ['rm', '--force', '--volumes', await containerId(name)]);
  await rm(folder, { recursive: true, force: true });
}
