import { relativeIri, type SinkEvent } from '@hearth/domain';
import { pluralOf } from '../../graph/edges.ts';
import type { Fields } from '../../graph/fields.ts';

/** An object as the API server has it, as far as a test says. */
export interface Stated {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Fields & { readonly name: string; readonly namespace?: string };
  readonly spec?: Fields;
  readonly status?: Fields;
}

/** The last events of a home in which there are these objects, and nothing else. */
export const statesOf = (...objects: readonly Stated[]): ReadonlyMap<string, SinkEvent> =>
  new Map(
    objects
      .map((object, index) => eventOf(index + 1, object))
      .map((event) => [relativeIri(event.resource), event]),
  );

/** The event that brought an object about. */
export function eventOf(seq: number, object: Stated): SinkEvent {
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  const { name, namespace } = object.metadata;
  return {
    seq,
    time: `2026-11-20T09:${String(10 + (seq % 50)).padStart(2, '0')}:00.000Z`,
    type: 'modified',
    resource: {
      group: group ?? '',
      version: version ?? '',
      kind: object.kind,
      plural: pluralOf(object.kind),
      ...(namespace !== undefined && { namespace }),
      name,
      uid: `uid-of-${name}`,
    },
    resourceVersion: String(1000 + seq),
    inferred: false,
    actor: { name: 'hearth-app', confidence: 'field-manager' },
    object: { ...object },
  };
}

/** A condition that has been so since 09:12. */
export const condition = (type: string, status: string, reason: string, message = ''): Fields => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-11-20T09:12:00Z',
});

/** A status as the suite’s controllers write it: ready; waiting, or stalled, for a reason. */
export const ready = (): Fields => ({ conditions: [condition('Ready', 'True', 'Reconciled')] });
export const waiting = (reason: string, message: string): Fields => ({
  conditions: [
    condition('Ready', 'False', reason, message),
    condition('Reconciling', 'True', reason, message),
  ],
});
export const stalled = (reason: string, message: string): Fields => ({
  conditions: [condition('Ready', 'False', reason, message), condition('Stalled', 'True', reason, message)],
});

const APPS = 'apps.hearth.dev/v1alpha1';
const owner = (apiVersion: string, kind: string, name: string): Fields => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-of-${name}`, controller: true }],
});

const postgres = { namespace: 'hearth-providers', name: 'postgres' };

/** An App that is bound to a database of `postgres`. */
export const app = (status: Fields, name = 'rss', namespace = 'home'): Stated => ({
  apiVersion: APPS,
  kind: 'App',
  metadata: { name, namespace, generation: 1 },
  spec: { definition: 'miniflux' },
  status: {
    observedGeneration: 1,
    bindings:
      name === 'rss' ? [{ name: 'db', kind: 'Database', state: 'Waiting', providerRef: postgres }] : [],
    ...status,
  },
});

export const definition: Stated = {
  apiVersion: APPS,
  kind: 'AppDefinition',
  metadata: { name: 'miniflux' },
  status: ready(),
};

export const database = (status: Fields): Stated => ({
  apiVersion: APPS,
  kind: 'Database',
  metadata: { name: 'rss-db', namespace: 'home', ...owner(APPS, 'App', 'rss') },
  spec: { providerRef: postgres },
  status,
});

export const provider = (status: Fields): Stated => app(status, 'postgres', 'hearth-providers');

export const route = (status: Fields, signOn = false): Stated => ({
  apiVersion: APPS,
  kind: 'Route',
  metadata: { name: 'rss-route', namespace: 'home', ...owner(APPS, 'App', 'rss') },
  spec: { host: 'rss', service: 'rss', ...(signOn && { signOn: { client: 'rss-sso' } }) },
  status,
});

export const signOn = (status: Fields): Stated => ({
  apiVersion: APPS,
  kind: 'SSOClient',
  metadata: { name: 'rss-sso', namespace: 'home', ...owner(APPS, 'App', 'rss') },
  spec: { strategy: 'oidc', route: 'rss-route' },
  status,
});

const inProviders = { namespace: 'hearth-providers' };

/** What is recorded of an App’s workload: a Deployment, and the pod of the ReplicaSet that is not recorded. */
export const workload = (pod: Fields, available = 0): Stated[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'postgres', ...inProviders, ...owner(APPS, 'App', 'postgres') },
    spec: { replicas: 1 },
    status: {
      replicas: 1,
      availableReplicas: available,
      conditions: [
        condition('Available', available > 0 ? 'True' : 'False', 'MinimumReplicasUnavailable', 'Too few.'),
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'postgres-6d4f-x7',
      labels: { 'pod-template-hash': '6d4f' },
      ...inProviders,
      ...owner('apps/v1', 'ReplicaSet', 'postgres-6d4f'),
    },
    spec: { nodeName: 'pi' },
    status: { phase: 'Pending', ...pod },
  },
];

export const node = (status: Fields): Stated => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'pi' },
  status,
});

/** A container of a pod that waits. */
export const waitingPod = (reason: string, message: string): Fields => ({
  conditions: [condition('Ready', 'False', 'ContainersNotReady', 'containers with unready status: [app]')],
  containerStatuses: [
    { name: 'app', image: 'docker.io/postgres:16', restartCount: 3, state: { waiting: { reason, message } } },
  ],
});
