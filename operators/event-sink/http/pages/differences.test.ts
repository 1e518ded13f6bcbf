import { expect, test } from 'vitest';
import type { Fields } from '../../graph/fields.ts';
import { eventOf } from '../../why/testing/states.ts';
import { type Difference, differences, patched } from './differences.ts';

const cases: readonly (readonly [string, Fields, Fields, readonly Difference[]])[] = [
  ['nothing', { spec: { a: 1 } }, { spec: { a: 1 } }, []],
  ['a field', { spec: { a: 1 } }, { spec: { a: 2 } }, [{ field: 'spec.a', before: 1, after: 2 }]],
  ['a field that came', { spec: {} }, { spec: { a: '' } }, [{ field: 'spec.a', after: '' }]],
  ['a field that went', { spec: { a: 1 } }, { spec: {} }, [{ field: 'spec.a', before: 1 }]],
  ['all of a part', {}, { status: { a: { b: 1 } } }, [{ field: 'status.a.b', after: 1 }]],
  [
    'an item of a list, whatever its place',
    {
      list: [
        { name: 'x', a: 1 },
        { name: 'y', a: 1 },
      ],
    },
    {
      list: [
        { name: 'y', a: 2 },
        { name: 'x', a: 1 },
      ],
    },
    [{ field: 'list.y.a', before: 1, after: 2 }],
  ],
  [
    'a list without names, as a whole',
    { list: ['x'] },
    { list: ['x', 'y'] },
    [{ field: 'list', before: ['x'], after: ['x', 'y'] }],
  ],
  [
    'what a field is made of',
    { a: { b: 1 } },
    { a: 'text' },
    [{ field: 'a', before: { b: 1 }, after: 'text' }],
  ],
  [
    'what keeps account of changes is none',
    { metadata: { generation: 1, resourceVersion: '1' }, status: { observedGeneration: 1 } },
    { metadata: { generation: 2, resourceVersion: '2' }, status: { observedGeneration: 2 } },
    [],
  ],
];

test.each(cases)('%s', (_what, before, after, found) => {
  expect(differences(before, after)).toEqual(found);
});

test('a patch names items of lists as the state after does', () => {
  const event = {
    ...eventOf(1, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    patch: [
      { op: 'test', path: '/metadata/uid', value: 'x' },
      { op: 'replace', path: '/status/conditions/0/status', value: 'True' },
      { op: 'add', path: '/metadata/labels/a~1b', value: 'c' },
      { op: 'remove', path: '/spec' },
    ] as const,
  };
  expect(patched(event)).toEqual([
    { field: 'status.conditions.Ready.status', after: 'True' },
    { field: 'metadata.labels.a/b', after: 'c' },
    { field: 'spec' },
  ]);
});
