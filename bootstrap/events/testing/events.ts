import type { SinkEvent } from '@hearth/domain';

/** What a test says of an event; the rest is always the same. */
type Told = Partial<Omit<SinkEvent, 'resource'>> & {
  readonly seq: number;
  readonly resource?: Partial<SinkEvent['resource']>;
};

/** A change of the App rss by kubectl. */
export const eventOf = ({ resource, ...told }: Told): SinkEvent => ({
  time: `2026-03-01T09:12:${`${told.seq % 60}`.padStart(2, '0')}.000Z`,
  type: 'modified',
  resourceVersion: `${told.seq}`,
  inferred: false,
  actor: { name: 'kubectl', confidence: 'field-manager' },
  object: { spec: {} },
  ...told,
  resource: {
    group: 'apps.hearth.dev',
    version: 'v1alpha1',
    kind: 'App',
    plural: 'apps',
    namespace: 'home',
    name: 'rss',
    uid: 'uid-rss',
    ...resource,
  },
});
