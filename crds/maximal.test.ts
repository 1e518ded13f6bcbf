import { kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { jsonSchemaOf } from './json-schema.ts';
import { fieldsWithout } from './testing/coverage.ts';
import { maximalObjects } from './testing/maximal.ts';

describe('the maximal objects have every field of their kind', () => {
  test.each(kinds)('$kind', ({ kind, spec, status }) => {
    const own = maximalObjects.flatMap(([, object]) => (object.kind === kind ? [object] : []));
    const specs = own.map((object) => object.spec);
    const statuses = own.flatMap((object) => object.status ?? []);
    expect([
      ...fieldsWithout(jsonSchemaOf(spec), specs, 'spec'),
      ...fieldsWithout(jsonSchemaOf(status), statuses, 'status'),
    ]).toEqual([]);
  });
});

describe('a field that is nowhere is found out', () => {
  const text = { type: 'string' } as const;
  test.each([
    { values: [{}], missing: ['spec.name', 'spec.parts'] },
    { values: [{ name: 'a', parts: [] }], missing: ['spec.parts[]'] },
    { values: [{ name: 'a', parts: [{ kind: 'One', of: 'x' }] }], missing: ['spec.parts[](Two)'] },
    {
      values: [{ name: 'a', parts: [{ kind: 'One', of: 'x' }, { kind: 'Two' }] }],
      missing: ['spec.parts[](Two).by'],
    },
    {
      values: [
        { name: 'a' },
        {
          parts: [
            { kind: 'One', of: 'x' },
            { kind: 'Two', by: 'x' },
          ],
        },
      ],
      missing: [],
    },
  ])('$missing', ({ values, missing }) => {
    const branch = (tag: string, own: string) => ({ properties: { kind: { const: tag }, [own]: text } });
    const parts = { items: { oneOf: [branch('One', 'of'), branch('Two', 'by')] } };
    expect(fieldsWithout({ properties: { name: text, parts } }, values, 'spec')).toEqual(missing);
  });
});
