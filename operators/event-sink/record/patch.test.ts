import type { JsonPatchOperation } from '@hearth/runtime';
import { applyJsonPatch } from '@hearth/runtime/json-patch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diff } from './patch.ts';

const apply = (before: object, after: object) =>
  applyJsonPatch(before, diff(before, after) as readonly JsonPatchOperation[]);

/** Few names and values, so that two objects have much in common; with all that a pointer must escape. */
const name = fc.constantFrom('a', 'b', 'a/b', '~', '~1', '0', '');
const anyObject = fc.dictionary(
  name,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 0, 1, '', 'x'),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  })).value,
);

describe('a patch', () => {
  test('makes the state after out of the state before', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (before, after) => {
        expect(apply(before, after)).toEqual(after);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is empty where, and only where, nothing differs', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (before, after) => {
        expect(diff(before, structuredClone(before))).toEqual([]);
        if (diff(before, after).length === 0) expect(after).toEqual(before);
      }),
    );
  });

  test.each<[string, unknown, unknown, ReturnType<typeof diff>]>([
    ['a field that is new', {}, { 'a/b': 1 }, [{ op: 'add', path: '/a~1b', value: 1 }]],
    ['a field that is gone', { '~': 1 }, {}, [{ op: 'remove', path: '/~0' }]],
    [
      'a deep value',
      { a: { b: [1, 2] } },
      { a: { b: [1, 3] } },
      [{ op: 'replace', path: '/a/b/1', value: 3 }],
    ],
    ['an item at the front', [2, 3], [1, 2, 3], [{ op: 'add', path: '/0', value: 1 }]],
    ['an item in the middle', [1, 3], [1, 2, 3], [{ op: 'add', path: '/1', value: 2 }]],
    [
      'items that are gone',
      [1, 2, 3, 4],
      [1, 4],
      [
        { op: 'remove', path: '/1' },
        { op: 'remove', path: '/1' },
      ],
    ],
    [
      'a field of an item',
      [{ n: 1, s: 'x' }, { n: 2 }],
      [{ n: 1, s: 'y' }, { n: 2 }],
      [{ op: 'replace', path: '/0/s', value: 'y' }],
    ],
    ['null, which is a value', { a: null }, { a: 0 }, [{ op: 'replace', path: '/a', value: 0 }]],
    ['another type', { a: [] }, { a: {} }, [{ op: 'replace', path: '/a', value: {} }]],
  ])('says no more than needed of %s', (_, before, after, patch) => {
    expect(diff(before, after)).toEqual(patch);
  });
});
