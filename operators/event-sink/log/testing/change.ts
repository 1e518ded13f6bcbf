import type { Cursor, NewEvent } from '../event-log.ts';

/** What a test says of a change; the rest is always the same. */
interface Told {
  readonly name: string;
  readonly version: number;
  readonly type?: NewEvent['type'];
  readonly kind?: 'App' | 'User';
  /** How long a text the object has in it. */
  readonly size?: number;
}

const kinds = {
  App: { group: 'apps.hearth.dev', version: 'v1alpha1', kind: 'App', plural: 'apps', namespace: 'home' },
  User: { group: 'iam.hearth.dev', version: 'v1alpha1', kind: 'User', plural: 'users' },
} as const;

/** A change of an App or a User. */
export function change({ name, version, type = 'modified', kind = 'App', size = 8 }: Told): NewEvent {
  const event: NewEvent = {
    type,
    resource: { ...kinds[kind], name, uid: type === 'gap' ? '' : `uid-${name}` },
    resourceVersion: `${version}`,
    inferred: false,
    actor: { name: 'kubectl', confidence: 'field-manager', operation: 'Apply' },
  };
  return type === 'gap' ? event : { ...event, object: { spec: { version, text: 'ä'.repeat(size) } } };
}

/** The cursor after changes of Apps. */
export const cursorAt = (version: number): Cursor => ({
  of: 'apps.apps.hearth.dev',
  resourceVersion: `${version}`,
});
