import { Group, User } from '@hearth/domain';
import type { NewEvent } from '../../../log/event-log.ts';

const changed =
  ({ group, kind, plural }: Pick<typeof User, 'group' | 'plural'> & { kind: string }) =>
  (name: string, spec: object, metadata: object = {}): NewEvent => ({
    type: 'modified',
    resource: { group, version: 'v1alpha1', kind, plural, name, uid: `uid-${name}` },
    resourceVersion: '1',
    inferred: false,
    actor: { name: 'kubectl', confidence: 'field-manager' },
    object: { metadata: { name, ...metadata }, spec },
  });

/** A User, after a change. */
export const user = (name: string, spec: object = {}, metadata: object = {}): NewEvent =>
  changed(User)(name, spec, metadata);

/** A Group with these members, after a change. */
export const group = (name: string, ...members: readonly string[]): NewEvent =>
  changed(Group)(name, { members });

/** That a User or a Group was deleted. */
export const gone = (event: NewEvent): NewEvent => ({ ...event, type: 'deleted' });
