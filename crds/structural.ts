import type { Rule } from '@hearth/domain';
import { literal } from './cel.ts';
import type { JsonSchema } from './json-schema.ts';
import { annotated, enumOf, kept, NotStructural, type Structural } from './schema.ts';
import { stringKeywords, structuralString } from './string.ts';
import { anyOf } from './union.ts';
import { discriminatedUnion } from './variant.ts';

const annotations = ['$schema', 'type', 'description', 'default', 'rules', 'sentence'];
const keywords: Readonly<Record<string, readonly string[]>> = {
  string: stringKeywords,
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'enum', 'const'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'enum', 'const'],
  boolean: ['const'],
  array: ['items', 'minItems', 'maxItems', 'listType', 'listMapKeys'],
  object: [
    'properties',
    'required',
    'additionalProperties',
    'propertyNames',
    'maxProperties',
    'keysCheckedBy',
  ],
};

/**
 * Turns what zod writes into a structural schema. Nothing is dropped silently.
 * @throws NotStructural naming the path, where a schema says what the API server can't hold.
 */
export function structural(schema: JsonSchema, path: string): Structural {
  if (schema.default === null)
    throw new NotStructural(path, 'the API server drops a default of null; make the field optional');
  if (schema.oneOf !== undefined) return discriminatedUnion(schema, schema.oneOf, path, structural);
  if (schema.anyOf !== undefined) return anyOf(schema, schema.anyOf, path, structural);
  refuseUnknownKeywords(schema, path);
  switch (schema.type) {
    case 'string':
      return structuralString(schema, path);
    case 'integer':
    case 'number':
      return number(schema, schema.type);
    case 'boolean':
      return { type: 'boolean', ...annotated(schema), ...enumOf(schema) };
    case 'array':
      return list(schema, path);
    case 'object':
      return schema.properties === undefined ? map(schema, path) : object(schema, path);
    default:
      throw new NotStructural(path, `a value of type ${schema.type ?? 'any'} has no structural schema`);
  }
}

function refuseUnknownKeywords(schema: JsonSchema, path: string): void {
  const known = [...annotations, ...(keywords[schema.type ?? ''] ?? [])];
  const unknown = Object.keys(schema).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new NotStructural(path, `${unknown} has no counterpart in a structural schema`);
}

function number(schema: JsonSchema, type: 'integer' | 'number'): Structural {
  const { exclusiveMinimum, exclusiveMaximum } = schema;
  const minimum = exclusiveMinimum ?? schema.minimum;
  const maximum = exclusiveMaximum ?? schema.maximum;
  return {
    type,
    ...annotated(schema),
    ...enumOf(schema),
    ...(type === 'integer' && { format: 'int64' }),
    // zod bounds every integer by what a double can hold, which says nothing of the field.
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(exclusiveMinimum !== undefined && { exclusiveMinimum: true }),
    ...(exclusiveMaximum !== undefined && { exclusiveMaximum: true }),
  };
}

function list(schema: JsonSchema, path: string): Structural {
  const { listType, listMapKeys, sentence, minItems = 0 } = schema;
  if (schema.items === undefined) throw new NotStructural(path, 'a list must say what its items are');
  if (listType === undefined)
    throw new NotStructural(path, 'a list must say how it is merged: mapList, setList or sequence');
  if (schema.maxItems === undefined) throw new NotStructural(path, 'a list needs a bound');
  const items = structural(schema.items, `${path}[]`);
  if (listType === 'map') requireKeys(items, listMapKeys ?? [], path);
  if (listType === 'set' && (items.type === 'object' || items.type === 'array'))
    throw new NotStructural(path, 'the items of a set must be plain values');
  return {
    type: 'array',
    ...annotated(
      schema,
      sentence === undefined ? [] : [{ rule: `size(self) >= ${minItems}`, message: sentence }],
    ),
    ...kept(schema, sentence === undefined ? ['minItems', 'maxItems'] : ['maxItems']),
    items,
    'x-kubernetes-list-type': listType,
    ...(listType === 'map' && { 'x-kubernetes-list-map-keys': listMapKeys ?? [] }),
  };
}

function requireKeys(items: Structural, keys: readonly string[], path: string): void {
  if (keys.length === 0) throw new NotStructural(path, 'a list of type map needs keys');
  for (const key of keys) {
    const property = items.properties?.[key];
    if (property === undefined) throw new NotStructural(path, `its items have no field ${key} to be told by`);
    if (items.required?.includes(key) !== true && property.default === undefined)
      throw new NotStructural(path, `the key ${key} must be required, or have a default`);
  }
}

function object(schema: JsonSchema, path: string): Structural {
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false)
    throw new NotStructural(path, 'an object has either named fields or free keys');
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    structural(property, `${path}.${name}`),
  ]);
  return {
    type: 'object',
    ...annotated(schema),
    ...(schema.required !== undefined && schema.required.length > 0 && { required: schema.required }),
    properties: Object.fromEntries(properties),
  };
}

function map(schema: JsonSchema, path: string): Structural {
  const { additionalProperties: values, maxProperties, propertyNames: keys } = schema;
  if (typeof values !== 'object') throw new NotStructural(path, 'a map must say what its values are');
  if (maxProperties === undefined) throw new NotStructural(path, 'a map needs a bound');
  const additionalProperties = structural(values, `${path}.*`);
  const visible = additionalProperties.type !== undefined;
  if (!visible && schema.keysCheckedBy === undefined)
    throw new NotStructural(
      path,
      'no rule can see the keys of this map; say who checks them (keysCheckedBy)',
    );
  return {
    type: 'object',
    ...annotated(schema, visible && keys !== undefined ? keyRules(keys, `${path}.*`) : []),
    maxProperties,
    additionalProperties,
  };
}

/** Keys of a map have no schema of their own, so a rule over the map says what they may be. */
function keyRules(keys: JsonSchema, path: string): Rule[] {
  const { pattern, maxLength = 0, sentence } = structuralKeys(keys, path);
  const what = sentence ?? `a key must match ${pattern ?? ''}`;
  return [
    {
      rule: `self.all(key, size(key) <= ${maxLength})`,
      message: `a key is at most ${maxLength} characters long`,
    },
    ...(pattern === undefined
      ? []
      : [{ rule: `self.all(key, key.matches(${literal(pattern)}))`, message: `a key is not one: ${what}` }]),
  ];
}

function structuralKeys(keys: JsonSchema, path: string): JsonSchema {
  structuralString(keys, path);
  return keys;
}
