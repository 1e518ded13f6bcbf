import { type OpenSink, openSink } from '../events/sink.ts';
import type { Kubectl } from '../kubectl.ts';
import { type CommonOptions, clusterKubectl, presentCluster } from './options.ts';

/** Does something with the event sink of the local cluster. */
export async function withSink<T>(
  { name }: Pick<CommonOptions, 'name'>,
  work: (sink: OpenSink, kubectl: Kubectl) => Promise<T>,
): Promise<T> {
  const cluster = await presentCluster(name);
  const kubectl = await clusterKubectl(cluster);
  const sink = await openSink(kubectl, cluster.kubeconfig);
  try {
    return await work(sink, kubectl);
  } finally {
    await sink.close();
  }
}
