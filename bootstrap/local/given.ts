import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { clusterFolder } from '../folder.ts';
import type { LocalCluster } from './cluster.ts';

const HTTPS = 443;

/**
 * A cluster that somebody else runs, through the kubeconfig that was given. It is neither started nor taken away,
 * and what is in it is not Kiko's to delete. Not run on the machines that Hearth is tested on.
 */
export function givenCluster(name: string, kubeconfig: string | undefined): LocalCluster {
  return {
    driver: 'kubeconfig',
    name,
    kubeconfig: kubeconfig ?? '',
    available: async () => unavailable(kubeconfig),
    up: () => [],
    wake: () => [],
    down: () => [
      { title: 'Forget the cluster', run: () => rm(clusterFolder(name), { recursive: true, force: true }) },
    ],
    status: async () => ({ name, driver: 'kubeconfig', state: 'running', parts: {} }),
    holdsData: async () => false,
    importImages: async (archive) => {
      throw new Failure(
        `${archive} can't be given to the nodes of a cluster that is not Kiko's; push it to a registry.`,
      );
    },
    images: async () => [],
    nodeAddress: async () => undefined,
    httpsPort: async () => HTTPS,
  };
}

function unavailable(kubeconfig: string | undefined): string | undefined {
  if (!kubeconfig) return 'No kubeconfig was given; name one with --kubeconfig.';
  return existsSync(kubeconfig) ? undefined : `There is no kubeconfig at ${kubeconfig}.`;
}
