import { kinds } from '@hearth/domain';
import {
  type ClusterConfig,
  createTransport,
  Deployment,
  isNotFound,
  type Key,
  type Kind,
  keyOf,
  Namespace,
  PersistentVolumeClaim,
  type Resource,
  resourcePath,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from '@hearth/runtime';

/** What a person does with kubectl, without a process for each. */
export interface ApiClient {
  get<T extends Resource>(kind: Kind<T>, key: Key): Promise<T | undefined>;
  /** In one namespace, or in all. */
  list<T extends Resource>(kind: Kind<T>, namespace?: string, labels?: string): Promise<readonly T[]>;
  /** As `kubectl apply --server-side --force-conflicts`. */
  apply(...objects: readonly Resource[]): Promise<void>;
  patch(kind: Kind, key: Key, patch: object, subresource?: 'status'): Promise<void>;
  /** An object that is gone already is no error. */
  remove(kind: Kind, key: Key): Promise<void>;
  close(): Promise<void>;
}

const appliable: readonly Kind[] = [
  ...kinds,
  Namespace,
  Secret,
  Service,
  ServiceAccount,
  PersistentVolumeClaim,
  Deployment,
  StatefulSet,
];

/** Opens a client of its own connections. */
export function openApiClient(cluster: ClusterConfig): ApiClient {
  const transport = createTransport(cluster);
  const orNothing = async <T>(request: Promise<T>): Promise<T | undefined> => {
    try {
      return await request;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const applyOne = async (object: Resource) => {
    const kind = appliable.find((each) => each.apiVersion === object.apiVersion && each.kind === object.kind);
    if (kind === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not applied by tests`);
    await transport.request({
      method: 'PATCH',
      path: resourcePath(kind, keyOf(object)),
      query: { fieldManager: 'person', force: true },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  };
  return {
    get: (kind, key) => orNothing(transport.request({ method: 'GET', path: resourcePath(kind, key) })),
    async list<T extends Resource>(kind: Kind<T>, namespace?: string, labels?: string) {
      const path = resourcePath(kind, { namespace });
      const query = labels === undefined ? {} : { labelSelector: labels };
      return (await transport.request<{ readonly items: readonly T[] }>({ method: 'GET', path, query }))
        .items;
    },
    async apply(...objects) {
      for (const object of objects) await applyOne(object);
    },
    async patch(kind, key, body, subresource) {
      const path = `${resourcePath(kind, key)}${subresource === undefined ? '' : `/${subresource}`}`;
      await transport.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    },
    async remove(kind, key) {
      await orNothing(transport.request({ method: 'DELETE', path: resourcePath(kind, key) }));
    },
    close: () => transport.close(),
  };
}
