import type { Rule } from '@hearth/domain';
import type { Json, JsonSchema } from './json-schema.ts';

/**
 * A structural schema: the part of OpenAPI v3 by which the API server prunes, defaults, validates and
 * merges (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/).
 */
export interface Structural {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly default?: Json;
  readonly nullable?: true;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: true;
  readonly exclusiveMaximum?: true;
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Structural;
  readonly maxProperties?: number;
  readonly items?: Structural;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly not?: { readonly enum: readonly Json[] };
  readonly 'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-validations'?: readonly Rule[];
}

/** Says where in the schemas something stands that a structural schema can't express. */
export class NotStructural extends Error {
  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
    this.name = 'NotStructural';
  }
}

/** Turns a schema at a path into a structural one; passed to what converts the parts of a union. */
export type Convert = (schema: JsonSchema, path: string) => Structural;

/** What every schema may carry: a description, a default, and rules (its own and those that follow from its type). */
export function annotated(schema: JsonSchema, derived: readonly Rule[] = []): Structural {
  const rules = [...derived, ...(schema.rules ?? [])];
  return {
    ...(schema.description !== undefined && { description: schema.description }),
    ...(schema.default !== undefined && { default: schema.default }),
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
  };
}

/** The values that are allowed, where they are listed. */
export function enumOf(schema: JsonSchema): Pick<Structural, 'enum'> {
  if (schema.const !== undefined) return { enum: [schema.const] };
  return schema.enum === undefined ? {} : { enum: schema.enum };
}

/** The named keywords of a schema as they stand, where it has them. */
export function kept<K extends keyof JsonSchema & keyof Structural>(
  schema: JsonSchema,
  keys: readonly K[],
): Structural {
  return Object.fromEntries(
    keys.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])),
  ) as Structural;
}
