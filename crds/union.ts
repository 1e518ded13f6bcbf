import { literal } from './cel.ts';
import type { Json, JsonSchema } from './json-schema.ts';
import { annotated, type Convert, enumOf, NotStructural, type Structural } from './schema.ts';
import { structuralString } from './string.ts';

/**
 * A value of several types or forms. A structural schema has one type per field, so each form that it
 * can hold is written in its own way; the others are refused.
 */
export function anyOf(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  path: string,
  convert: Convert,
): Structural {
  const { anyOf: _, ...outer } = schema;
  const values = branches.filter(({ type }) => type !== 'null');
  const [only, ...others] = values;
  if (only === undefined) throw new NotStructural(path, 'a union needs a branch that is not null');
  const merged =
    others.length === 0 ? convert({ ...only, ...outer }, path) : several(outer, values, path, convert);
  return values.length === branches.length ? merged : { ...merged, nullable: true };
}

function several(
  outer: JsonSchema,
  branches: readonly JsonSchema[],
  path: string,
  convert: Convert,
): Structural {
  const types = new Set(branches.map(({ type }) => type));
  const literals = branches.flatMap((branch) => enumOf(branch).enum ?? []);
  const [type] = types;
  if (types.size === 1 && branches.every((branch) => enumOf(branch).enum !== undefined))
    return convert({ ...outer, ...(type !== undefined && { type }), enum: literals }, path);
  if (types.size === 1 && type === 'string') return stringForms(outer, branches, path);
  if (types.size === 2 && types.has('string') && types.has('integer'))
    return { ...annotated(outer), 'x-kubernetes-int-or-string': true };
  if (branches.every((branch) => isScalar(branch))) return scalar(outer, branches);
  throw new NotStructural(
    path,
    'a union must be of plain values, or of objects told apart by a literal field',
  );
}

const isScalar = ({ type }: JsonSchema) =>
  type === 'string' || type === 'number' || type === 'integer' || type === 'boolean';

const emptyValues: readonly Json[] = [{}, []];

/**
 * A string, a number or a boolean. The API server has no type for that, so it takes anything; of
 * objects and lists only empty ones pass the bounds, and `not` refuses these.
 */
function scalar(outer: JsonSchema, branches: readonly JsonSchema[]): Structural {
  const lengths = branches.flatMap(({ maxLength }) => maxLength ?? []);
  return {
    ...annotated(outer),
    ...(lengths.length > 0 && { maxLength: Math.max(...lengths) }),
    maxProperties: 0,
    maxItems: 0,
    not: { enum: emptyValues },
    'x-kubernetes-preserve-unknown-fields': true,
  };
}

/** A string of one form or another (`*`, or a name): one rule, since branches can't have rules of their own. */
function stringForms(outer: JsonSchema, branches: readonly JsonSchema[], path: string): Structural {
  const forms = branches.map((branch) => form(branch, path));
  return {
    type: 'string',
    ...annotated(outer, [
      {
        rule: forms.map(({ rule }) => rule).join(' || '),
        message: forms.map(({ meaning }) => meaning).join(', or '),
      },
    ]),
    maxLength: Math.max(...forms.map(({ maxLength }) => maxLength)),
  };
}

function form(branch: JsonSchema, path: string): { rule: string; meaning: string; maxLength: number } {
  structuralString(branch, path);
  const values = enumOf(branch).enum;
  if (values !== undefined)
    return {
      rule: `self in ${literal(values)}`,
      meaning: `must be ${values.map((value) => literal(value)).join(' or ')}`,
      maxLength: Math.max(...values.map((value) => String(value).length)),
    };
  if (branch.pattern === undefined || branch.sentence === undefined || branch.maxLength === undefined)
    throw new NotStructural(path, 'each form of a string needs a pattern with a sentence, and a bound');
  return {
    rule: `self.matches(${literal(branch.pattern)})`,
    meaning: branch.sentence,
    maxLength: branch.maxLength,
  };
}
