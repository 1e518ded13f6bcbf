import { describe, expect, test } from 'vitest';
import { actorOf, type ManagedFields, nobody } from './actor.ts';
import { diff, type Patch } from './patch.ts';

const entry = (manager: string, second: number, fieldsV1: object, operation = 'Update'): ManagedFields => ({
  manager,
  operation,
  time: `2026-01-01T00:00:0${second}Z`,
  fieldsV1,
});
const spec = { 'f:spec': { 'f:replicas': {} } };
const status = { 'f:status': { 'f:phase': {} } };
const replicas = diff({ spec: { replicas: 1 } }, { spec: { replicas: 2 } });

describe('the actor of a change', () => {
  test.each<[string, ManagedFields[], Patch | undefined, string]>([
    ['is the manager that was last', [entry('a', 1, spec), entry('b', 2, spec)], replicas, 'b'],
    [
      'is, of several in a second, the one whose fields changed',
      [entry('a', 2, status), entry('b', 2, spec)],
      replicas,
      'b',
    ],
    ['is whoever made an object', [entry('a', 1, spec)], undefined, 'a'],
    ['is whoever took a field away', [entry('a', 2, spec)], [{ op: 'remove', path: '/spec/paused' }], 'a'],
    ['is the last, too, where nothing differs that is recorded', [entry('a', 2, spec)], [], 'a'],
  ])('%s', (_, managedFields, patch, name) => {
    expect(actorOf(managedFields, patch)).toEqual({ name, confidence: 'field-manager', operation: 'Update' });
  });

  test.each<[string, ManagedFields[], Patch | undefined]>([
    ['no manager is noted', [], replicas],
    ['a manager has no time', [{ manager: 'a', fieldsV1: spec }], replicas],
    [
      'an object is to be deleted, which is in no one’s fields',
      [entry('a', 2, spec)],
      [
        { op: 'add', path: '/metadata/deletionTimestamp', value: '2026-01-01T00:00:03Z' },
        { op: 'replace', path: '/metadata/generation', value: 2 },
      ],
    ],
  ])('is nobody where %s', (_, managedFields, patch) => {
    expect(actorOf(managedFields, patch)).toEqual(nobody);
  });
});
