import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { structural } from './structural.ts';

const text = () => z.string().max(9);
const converted = (schema: z.ZodType) => structural(jsonSchemaOf(schema), 'spec');
const list = { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 9 } } as const;
const ints = { type: 'integer', format: 'int64' } as const;

describe('what a structural schema can hold', () => {
  test.each([
    { of: 'a string', schema: text(), is: { type: 'string', maxLength: 9 } },
    { of: 'a literal', schema: z.literal('a'), is: { type: 'string', enum: ['a'] } },
    { of: 'an enum', schema: z.enum(['a', 'b']), is: { type: 'string', enum: ['a', 'b'] } },
    { of: 'a default', schema: z.boolean().default(true), is: { type: 'boolean', default: true } },
    { of: 'an integer', schema: z.int(), is: ints },
    { of: 'a bounded integer', schema: z.int().min(1).max(9), is: { ...ints, minimum: 1, maximum: 9 } },
    {
      of: 'an exclusive bound',
      schema: z.number().gt(0).lt(1),
      is: { type: 'number', minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true },
    },
    { of: 'null', schema: text().nullable(), is: { type: 'string', maxLength: 9, nullable: true } },
    { of: 'a time', schema: z.iso.datetime(), is: { type: 'string', format: 'date-time' } },
    { of: 'a pattern', schema: text().regex(/^a$/), is: { type: 'string', maxLength: 9, pattern: '^a$' } },
    {
      of: 'a pattern with a sentence',
      schema: text().regex(/^\d"$/).meta({ sentence: 'must be so' }),
      is: {
        type: 'string',
        maxLength: 9,
        'x-kubernetes-validations': [{ rule: 'self.matches("^\\\\d\\"$")', message: 'must be so' }],
      },
    },
    {
      of: 'a URL',
      schema: z.url().max(9),
      is: {
        type: 'string',
        maxLength: 9,
        'x-kubernetes-validations': [
          { rule: 'isURL(self)', message: 'must be a whole address, such as https://ntfy.example.org/home' },
        ],
      },
    },
    {
      of: 'a map list',
      schema: z
        .array(z.object({ name: text() }))
        .max(3)
        .meta({ listType: 'map', listMapKeys: ['name'] }),
      is: {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 9 } } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
    {
      of: 'a map whose keys have a pattern',
      schema: z
        .record(text().regex(/^a$/).meta({ sentence: 'must be so' }), z.boolean())
        .meta({ maxProperties: 2 }),
      is: {
        type: 'object',
        maxProperties: 2,
        additionalProperties: { type: 'boolean' },
        'x-kubernetes-validations': [
          { rule: 'self.all(key, size(key) <= 9)', message: 'a key is at most 9 characters long' },
          { rule: 'self.all(key, key.matches("^a$"))', message: 'a key is not one: must be so' },
        ],
      },
    },
    {
      of: 'a union of literals',
      schema: z.union([z.literal('a'), z.enum(['b', 'c'])]),
      is: { type: 'string', enum: ['a', 'b', 'c'] },
    },
    {
      of: 'a union of a literal and a name',
      schema: z.union([z.literal('*'), text().regex(/^a$/).meta({ sentence: 'must be a' })]),
      is: {
        type: 'string',
        maxLength: 9,
        'x-kubernetes-validations': [
          { rule: 'self in ["*"] || self.matches("^a$")', message: 'must be "*", or must be a' },
        ],
      },
    },
    {
      of: 'a number or its name',
      schema: z.union([z.int(), text()]),
      is: { 'x-kubernetes-int-or-string': true },
    },
    {
      of: 'any plain value',
      schema: z.union([text(), z.number(), z.boolean()]),
      is: {
        maxLength: 9,
        maxProperties: 0,
        maxItems: 0,
        not: { enum: [{}, []] },
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
  ])('$of', ({ schema, is }) => {
    expect(converted(schema)).toEqual(is);
  });
});

describe('objects told apart by a field become one', () => {
  const shape = z.discriminatedUnion('type', [
    z.object({ type: z.literal('Circle').meta({ description: 'Round.' }), radius: z.int(), name: text() }),
    z.object({ type: z.literal('Square'), namespace: text(), name: text(), unit: text().default('cm') }),
  ]);
  const one = converted(shape);

  test('with the fields of all', () => {
    expect(one).toMatchObject({
      type: 'object',
      required: ['type', 'name'],
      properties: {
        type: { type: 'string', enum: ['Circle', 'Square'], description: 'Circle: Round.' },
        radius: ints,
        namespace: { maxLength: 9 },
        unit: { default: 'cm' },
      },
    });
  });

  test('and rules that say which goes with which', () => {
    expect(one['x-kubernetes-validations']).toEqual([
      { rule: 'self.type in ["Circle"] || !has(self.radius)', message: 'radius goes only with type Circle' },
      { rule: '!(self.type in ["Circle"]) || has(self.radius)', message: 'type Circle needs radius' },
      {
        rule: 'self.type in ["Square"] || !has(self.__namespace__)',
        message: 'namespace goes only with type Square',
      },
      {
        rule: '!(self.type in ["Square"]) || has(self.__namespace__)',
        message: 'type Square needs namespace',
      },
      {
        rule: 'self.type in ["Square"] || !has(self.unit) || self.unit == "cm"',
        message: 'unit goes only with type Square',
      },
    ]);
  });

  test('and the rules of each for itself', () => {
    const rules = [{ rule: 'self.a != self.b || self.c', message: 'no' }];
    const branch = (tag: string) => z.object({ type: z.literal(tag), a: text(), b: text(), c: z.boolean() });
    const union = z.discriminatedUnion('type', [branch('One').meta({ rules }), branch('Two')]);
    expect(converted(union)['x-kubernetes-validations']).toEqual([
      { rule: '!(self.type in ["One"]) || (self.a != self.b || self.c)', message: 'no' },
    ]);
  });

  test('and what each says of a field that they share', () => {
    const branch = (tag: string, description: string) =>
      z.object({ type: z.literal(tag), keys: text().meta({ description }) });
    const union = z.discriminatedUnion('type', [
      branch('ini', 'Keys.'),
      branch('json', 'Pointers.'),
      branch('yaml', 'Pointers.'),
    ]);
    expect(converted(union).properties?.keys?.description).toBe('ini: Keys. json, yaml: Pointers.');
  });
});

describe('what it can’t hold is an error that names the path', () => {
  const cases: readonly { readonly schema: JsonSchema; readonly says: string }[] = [
    { schema: { type: 'string' }, says: 'spec: a string needs a bound' },
    {
      schema: { type: 'string', maxLength: 9, pattern: '^(?!a)' },
      says: 'spec: (?! in ^(?!a) is not of RE2',
    },
    {
      schema: { type: 'string', maxLength: 9, pattern: '(a)\\1' },
      says: 'spec: \\1 in (a)\\1 is not of RE2',
    },
    {
      schema: { type: 'string', maxLength: 9, pattern: 'a{1001}' },
      says: 'spec: {1001} in a{1001} is not of RE2',
    },
    { schema: { type: 'string', maxLength: 9, format: 'ipv4' }, says: 'spec: the format ipv4' },
    { schema: { type: 'boolean', default: null }, says: 'spec: the API server drops a default of null' },
    { schema: {}, says: 'spec: a value of type any has no structural schema' },
    { schema: { type: 'boolean', minimum: 1 }, says: 'spec: minimum has no counterpart' },
    { schema: list, says: 'spec: a list must say how it is merged' },
    { schema: { ...list, listType: 'map' }, says: 'spec: a list of type map needs keys' },
    {
      schema: { ...list, listType: 'map', listMapKeys: ['name'] },
      says: 'spec: its items have no field name to be told by',
    },
    {
      schema: {
        ...list,
        items: { type: 'object', properties: { name: { type: 'boolean' } } },
        listType: 'map',
        listMapKeys: ['name'],
      },
      says: 'spec: the key name must be required, or have a default',
    },
    {
      schema: { ...list, items: { type: 'object', properties: {} }, listType: 'set' },
      says: 'spec: the items of a set must be plain values',
    },
    {
      schema: { type: 'array', listType: 'set', items: { type: 'boolean' } },
      says: 'spec: a list needs a bound',
    },
    {
      schema: { type: 'object', additionalProperties: { type: 'boolean' } },
      says: 'spec: a map needs a bound',
    },
    {
      schema: {
        type: 'object',
        maxProperties: 2,
        additionalProperties: { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
      },
      says: 'spec: no rule can see the keys of this map',
    },
    {
      schema: {
        type: 'object',
        properties: { a: { type: 'boolean' } },
        additionalProperties: { type: 'boolean' },
      },
      says: 'spec: an object has either named fields or free keys',
    },
    {
      schema: {
        type: 'object',
        properties: { a: { type: 'object', properties: { b: { type: 'string' } } } },
      },
      says: 'spec.a.b: a string needs a bound',
    },
    {
      schema: { anyOf: [{ type: 'boolean' }, { type: 'object', properties: {} }] },
      says: 'spec: a union must be of plain values',
    },
    {
      schema: { oneOf: [{ type: 'object', properties: { a: { type: 'boolean' } } }] },
      says: 'spec: the objects of a union must be told apart',
    },
    {
      schema: {
        oneOf: [true, false].map((flag) => ({
          type: 'object' as const,
          required: ['type'],
          properties: {
            type: { type: 'string' as const, const: flag ? 'One' : 'Two' },
            size: flag ? { type: 'boolean' as const } : { type: 'integer' as const },
          },
        })),
      },
      says: 'spec.size: it is one thing in One and another in Two',
    },
  ];
  test.each(cases)('$says', ({ schema, says }) => {
    expect(() => structural(schema, 'spec')).toThrow(says);
  });
});
