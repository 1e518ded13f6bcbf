import { describe, expect, test } from 'vitest';
import { actorOf, type ManagedFields, nobody, type Traces } from './actor.ts';
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

const removal: Patch = [
  { op: 'remove', path: '/spec/paused' },
  { op: 'replace', path: '/metadata/generation', value: 2 },
];
const at = (second: number) => entry('', second, {}).time;

describe('the actor of a change', () => {
  test.each<[string, ManagedFields[], Traces, string]>([
    ['is the manager that was last', [entry('a', 1, spec), entry('b', 2, spec)], { patch: replicas }, 'b'],
    [
      'is, of several in a second, the one whose fields changed',
      [entry('a', 2, status), entry('b', 2, spec)],
      { patch: replicas, noted: at(1) },
      'b',
    ],
    [
      'is whoever has what was set, also within the second of the change before',
      [entry('a', 2, spec)],
      { patch: replicas, noted: at(2) },
      'a',
    ],
    [
      'is whoever has an item of a list',
      [entry('a', 2, { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { 'f:status': {} } } } })],
      { patch: [{ op: 'replace', path: '/status/conditions/0/status', value: 'True' }], noted: at(2) },
      'a',
    ],
    [
      'is whoever has as a whole what changed in part',
      [entry('a', 2, { 'f:spec': { 'f:args': {} } })],
      { patch: [{ op: 'add', path: '/spec/args/1', value: 'x' }], noted: at(2) },
      'a',
    ],
    ['is whoever made an object', [entry('a', 1, spec)], { patch: undefined }, 'a'],
    [
      'is whoever applied the object without a field',
      [entry('a', 2, spec, 'Apply')],
      { patch: removal, noted: at(1) },
      'a',
    ],
    [
      'is the last, too, where nothing differs that is recorded',
      [entry('a', 2, spec)],
      { patch: [], noted: at(1) },
      'a',
    ],
  ])('%s', (_, managedFields, traces, name) => {
    const operation = managedFields.find(({ manager }) => manager === name)?.operation;
    expect(actorOf(managedFields, traces)).toEqual({ name, confidence: 'field-manager', operation });
  });

  test.each<[string, ManagedFields[], Traces]>([
    ['no manager is noted', [], { patch: replicas }],
    ['a manager has no time', [{ manager: 'a', fieldsV1: spec }], { patch: replicas }],
    [
      'an object is to be deleted, which is in no one’s fields',
      [entry('a', 2, spec)],
      {
        patch: [
          { op: 'add', path: '/metadata/deletionTimestamp', value: '2026-01-01T00:00:03Z' },
          { op: 'replace', path: '/metadata/generation', value: 2 },
        ],
        noted: at(2),
      },
    ],
    [
      'a field was taken away and nobody noted for it',
      [entry('a', 1, spec), entry('b', 2, status)],
      { patch: removal, noted: at(2) },
    ],
    [
      'a field was taken away and it is not known who was noted before',
      [entry('a', 1, spec), entry('b', 2, status)],
      { patch: removal },
    ],
    ['the last has nothing of what was set', [entry('b', 2, status)], { patch: replicas, noted: at(2) }],
  ])('is nobody where %s', (_, managedFields, traces) => {
    expect(actorOf(managedFields, traces)).toEqual(nobody);
  });
});
