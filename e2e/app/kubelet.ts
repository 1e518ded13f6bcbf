import { setTimeout as pause } from 'node:timers/promises';
import { Deployment, type Kind, keyOf, keyText, type Resource, StatefulSet } from '@hearth/runtime';
import type { ApiClient } from './api-client.ts';

/** Stands in for all that rolls workloads out: it says of each that its pods are up. There are no pods. */
export interface FakeKubelet {
  /** Leaves a workload, `NAMESPACE/NAME`, as it is from now on. */
  hold(workload: string): void;
  release(workload: string): void;
  stop(): Promise<void>;
}

interface Rollout extends Resource {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly observedGeneration?: number; readonly availableReplicas?: number };
}

/** Milliseconds between looks. */
const period = 100;

/** Starts one. */
export function startKubelet(client: ApiClient): FakeKubelet {
  const held = new Set<string>();
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const kind of [Deployment, StatefulSet]) await rollOut(kind, client, held);
      await pause(period);
    }
  })();
  return {
    hold: (workload) => held.add(workload),
    release: (workload) => held.delete(workload),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function rollOut(kind: Kind<Rollout>, client: ApiClient, held: ReadonlySet<string>): Promise<void> {
  // While the API server is away, what runs goes on running.
  for (const object of await client.list(kind).catch(() => [])) {
    const { generation = 0 } = object.metadata;
    const replicas = object.spec?.replicas ?? 1;
    const { observedGeneration = -1, availableReplicas = 0 } = object.status ?? {};
    if (held.has(keyText(keyOf(object)))) continue;
    if (observedGeneration >= generation && availableReplicas === replicas) continue;
    const counts = {
      replicas,
      readyReplicas: replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    };
    await client
      .patch(kind, keyOf(object), { status: { ...counts, observedGeneration: generation } }, 'status')
      // It may have been deleted meanwhile.
      .catch(() => undefined);
  }
}
