import { z } from 'zod';

/** What the schemas say of a value, as far as it decides how it stands in a graph. */
export type Shape = { readonly description?: string | undefined } & (
  | { readonly is: 'value'; readonly datatype?: ValueType | undefined }
  | { readonly is: 'object'; readonly fields: ReadonlyMap<string, Shape> }
  /** Free keys: a label, a setting. */
  | { readonly is: 'map'; readonly values: Shape }
  /** Told apart by `keys`, or, where there are none, by what they are; their order means nothing. */
  | { readonly is: 'set'; readonly items: Shape; readonly keys: readonly string[] }
  /** Order and repeats matter. */
  | { readonly is: 'sequence'; readonly items: Shape }
);

/** A type that all values of a field have. */
export type ValueType = 'string' | 'integer' | 'decimal' | 'boolean' | 'dateTime';

/** The parts of JSON Schema, and of what the schemas add to it, that matter here. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly listType?: 'map' | 'set' | 'atomic';
  readonly listMapKeys?: readonly string[];
}

/** The shape of what a schema of the domain describes. */
export const shapeOf = (schema: z.ZodType): Shape =>
  fromJsonSchema(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) as JsonSchema);

function fromJsonSchema(schema: JsonSchema): Shape {
  const { description, items, additionalProperties } = schema;
  const branches = (schema.oneOf ?? schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  if (branches.length > 0)
    return { ...union(branches.map(fromJsonSchema)), ...(description && { description }) };
  if (items !== undefined) return { description, ...list(schema, fromJsonSchema(items)) };
  if (schema.properties !== undefined)
    return { description, is: 'object', fields: new Map(entries(schema.properties)) };
  if (typeof additionalProperties === 'object')
    return { description, is: 'map', values: fromJsonSchema(additionalProperties) };
  return { description, is: 'value', datatype: datatypeOf(schema) };
}

const entries = (properties: Readonly<Record<string, JsonSchema>>): [string, Shape][] =>
  Object.entries(properties).map(([name, property]) => [name, fromJsonSchema(property)]);

function list({ listType, listMapKeys }: JsonSchema, items: Shape): Shape {
  return listType === 'map' || listType === 'set'
    ? { is: 'set', items, keys: listMapKeys ?? [] }
    : { is: 'sequence', items };
}

/** What all branches of a union have together: it is told by its values which of them is meant. */
function union(branches: readonly Shape[]): Shape {
  const [first, ...others] = branches;
  if (first === undefined) return { is: 'value' };
  return others.reduce(merged, first);
}

function merged(one: Shape, other: Shape): Shape {
  if (one.is === 'object' && other.is === 'object') {
    const fields = new Map(one.fields);
    for (const [name, field] of other.fields) {
      const known = fields.get(name);
      fields.set(name, known === undefined ? field : merged(known, field));
    }
    return { ...one, fields };
  }
  if (one.is !== 'value' || other.is !== 'value') return one;
  const { datatype, ...rest } = one;
  return datatype === other.datatype ? one : rest;
}

function datatypeOf({ type, format, const: only }: JsonSchema): ValueType | undefined {
  const types = [type ?? typeof only].flat().filter((one) => one !== 'null');
  switch (types.length === 1 ? types[0] : undefined) {
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'string':
      return format === 'date-time' ? 'dateTime' : 'string';
    default:
      // A number without a fraction is written as an integer: the field has no one type.
      return undefined;
  }
}
