import { expect, test } from 'vitest';
import { z } from 'zod';
import { shapeOf } from './shape.ts';

const text = { is: 'value', datatype: 'string' };

test.each([
  ['a text', z.string(), text],
  ['a literal', z.literal('a'), text],
  ['a time', z.iso.datetime(), { is: 'value', datatype: 'dateTime' }],
  ['a whole number', z.int(), { is: 'value', datatype: 'integer' }],
  ['a number, whole or not', z.number(), { is: 'value', datatype: undefined }],
  ['any of several types', z.union([z.string(), z.boolean()]), { is: 'value' }],
  ['what may be null', z.string().nullish(), text],
  ['a map', z.record(z.string(), z.string()), { is: 'map', values: text }],
  ['a list that says nothing', z.array(z.string()), { is: 'sequence', items: text }],
  ['a set', z.array(z.string()).meta({ listType: 'set' }), { is: 'set', items: text, keys: [] }],
  [
    'a list by key',
    z.array(z.object({ id: z.string() })).meta({ listType: 'map', listMapKeys: ['id'] }),
    { is: 'set', items: { is: 'object', fields: new Map([['id', text]]) }, keys: ['id'] },
  ],
  [
    'one of several objects',
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('a'), size: z.int() }),
      z.object({ type: z.literal('b'), size: z.string(), to: z.string() }),
    ]),
    {
      is: 'object',
      fields: new Map<string, object>([
        ['type', text],
        ['size', { is: 'value' }],
        ['to', text],
      ]),
    },
  ],
])('%s', (_, schema, shape) => {
  expect(shapeOf(schema)).toEqual(shape);
});

test('keeps what is said of a field', () => {
  expect(shapeOf(z.object({ a: z.string().meta({ description: 'An A.' }) })).is).toBe('object');
  expect(shapeOf(z.string().meta({ description: 'An A.' })).description).toBe('An A.');
});
