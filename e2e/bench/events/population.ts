import type { NewEvent } from '../../../operators/event-sink/log/event-log.ts';

/**
 * The nth change of a home with so many resources: each is added, then one after the other changes as resources of the
 * suite mostly do, by a condition and the time at which it came about. All are Apps with two bindings, which say more
 * than other kinds: 55 statements.
 */
export function changeOf(resources: number, n: number): NewEvent {
  // A prime step goes through all of them before it comes back, yet not in their order.
  const index = n < resources ? n : (n * 7919) % resources;
  const message = `Ready as of change ${n}`;
  const lastTransitionTime = timeOf(n);
  return {
    type: n < resources ? 'added' : 'modified',
    resource: {
      group: 'apps.hearth.dev',
      version: 'v1alpha1',
      kind: 'App',
      plural: 'apps',
      namespace: namespaceOf(index),
      name: `app-${index}`,
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    },
    resourceVersion: String(1000 + n),
    inferred: false,
    actor: { name: 'hearth', confidence: 'field-manager', operation: 'Apply' },
    patch: [
      { op: 'replace', path: '/status/conditions/0/message', value: message },
      { op: 'replace', path: '/status/conditions/0/lastTransitionTime', value: lastTransitionTime },
    ],
    object: {
      apiVersion: 'apps.hearth.dev/v1alpha1',
      kind: 'App',
      metadata: metadataOf(index, 1 + Math.floor(n / resources)),
      spec: specification,
      status: statusOf(index, { message, lastTransitionTime }),
    },
  };
}

/** The namespaces are of a tenth of the resources each. */
export const namespaceOf = (index: number): string => `home-${index % 10}`;

const metadataOf = (index: number, generation: number) => ({
  name: `app-${index}`,
  namespace: namespaceOf(index),
  generation,
  creationTimestamp: timeOf(index),
  labels: { 'app.kubernetes.io/name': 'miniflux' },
  finalizers: ['apps.hearth.dev/integrations'],
});

const specification = {
  definition: 'miniflux',
  version: '2.2.0',
  exposure: 'private',
  settings: { theme: 'dark', pages: 20 },
};

const statusOf = (index: number, ready: object) => ({
  observedGeneration: 1,
  version: '2.2.0',
  url: `https://app-${index}.hearth.home.arpa`,
  conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', ...ready }, plannedSince(index)],
  bindings: [binding('db', 'Database', 'postgres'), binding('route', 'Route', 'traefik')],
});

const plannedSince = (n: number) => ({
  type: 'Planned',
  status: 'True',
  reason: 'Approved',
  message: 'The plan is carried out.',
  lastTransitionTime: timeOf(n),
});

const binding = (name: string, kind: string, provider: string) => ({
  name,
  kind,
  state: 'Bound',
  providerRef: { namespace: 'hearth-providers', name: provider },
});

const timeOf = (n: number): string =>
  new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace('.000Z', 'Z');
