import { ApiError, type Transport } from '@hearth/runtime';
import type { SignedCheckpoint } from '../http/sink.ts';

/** What is written down outside of the log's volume. */
interface Stored {
  /** The last checkpoint; absent where there was none yet. */
  readonly checkpoint?: string | undefined;
  /** Which state of the place this is. */
  readonly version: string;
}

/** The place of the last checkpoint. */
export interface CheckpointStore {
  read(): Promise<Stored>;
  /** @throws where somebody else has written since `version` was read. */
  write(checkpoint: SignedCheckpoint, version: string): Promise<void>;
}

/** The ConfigMap that the chart makes: the sink may read and write it alone, and can't make it. */
export const CHECKPOINT_NAME = 'hearth-events-checkpoint';

interface ConfigMap {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: { readonly checkpoint?: string };
}

/** Keeps checkpoints in that ConfigMap. */
export function configMapStore(transport: Pick<Transport, 'request'>, namespace: string): CheckpointStore {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${CHECKPOINT_NAME}`;
  return {
    async read() {
      const { metadata, data } = await transport
        .request<ConfigMap>({ method: 'GET', path })
        .catch((error: unknown) => {
          throw error instanceof ApiError && error.status === 404 ? missing(namespace) : error;
        });
      return { version: metadata.resourceVersion, checkpoint: data?.checkpoint };
    },
    async write({ checkpoint, key }, resourceVersion) {
      await transport.request({
        method: 'PATCH',
        path,
        contentType: 'application/merge-patch+json',
        query: { fieldManager: 'hearth-events' },
        body: { metadata: { resourceVersion }, data: { checkpoint, key } },
      });
    },
  };
}

const missing = (namespace: string): Error =>
  new Error(`ConfigMap ${namespace}/${CHECKPOINT_NAME} is gone: helm upgrade of the chart brings it back`);
