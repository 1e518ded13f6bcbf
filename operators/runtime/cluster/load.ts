import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import type { ClusterConfig } from './cluster.ts';
import { inCluster } from './in-cluster.ts';
import { fromKubeconfig } from './kubeconfig.ts';

/** Which cluster is meant. */
export interface LoadOptions {
  /** A kubeconfig to use whatever the environment says. */
  readonly kubeconfig?: string | undefined;
  /** A context of it other than the current one. */
  readonly context?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
}

/**
 * Finds the cluster: the kubeconfig that is named, or that of KUBECONFIG; else the cluster that this process is a
 * pod of; else `~/.kube/config`.
 * @throws where what it finds is no usable kubeconfig.
 */
export async function loadCluster(options: LoadOptions = {}): Promise<ClusterConfig> {
  const { env = process.env, clock = systemClock, context } = options;
  const named = options.kubeconfig ?? env.KUBECONFIG;
  if (named)
    return fromKubeconfig(
      options.kubeconfig ? [named] : named.split(delimiter).filter(Boolean),
      context,
      clock,
    );
  return (
    (await inCluster(env, clock)) ?? fromKubeconfig([join(homedir(), '.kube', 'config')], context, clock)
  );
}
