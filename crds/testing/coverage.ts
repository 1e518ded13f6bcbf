import type { JsonSchema } from '../json-schema.ts';

/**
 * The fields that a schema knows and that none of the values has, as paths. Of a union of objects each
 * branch must be there with the fields that it has alone; what all branches have may be in any.
 * Empty: the values are as large as the schema.
 */
export function fieldsWithout(schema: JsonSchema, values: readonly unknown[], path: string): string[] {
  if (values.length === 0) return [path];
  const branches = schema.oneOf ?? schema.anyOf?.filter(({ type }) => type === 'object') ?? [];
  if (branches.length > 0) return ofUnion(branches, values, path);
  if (schema.items !== undefined) return fieldsWithout(schema.items, values.flatMap(items), `${path}[]`);
  if (typeof schema.additionalProperties === 'object')
    return fieldsWithout(schema.additionalProperties, values.flatMap(members), `${path}.*`);
  return ofProperties(schema.properties ?? {}, values, path);
}

function ofProperties(properties: Properties, values: readonly unknown[], path: string): string[] {
  return Object.entries(properties).flatMap(([name, property]) =>
    fieldsWithout(
      property,
      values.flatMap((value) => member(value, name)),
      `${path}.${name}`,
    ),
  );
}

function ofUnion(branches: readonly JsonSchema[], values: readonly unknown[], path: string): string[] {
  const everywhere = (name: string) => branches.every(({ properties }) => properties?.[name] !== undefined);
  const [first] = branches;
  return [
    ...ofProperties(pick(first, everywhere), values, path),
    ...branches.flatMap((branch) => {
      const [name, property] = discriminatorOf(branch);
      const own = values.filter((value) => member(value, name)[0] === property.const);
      const at = `${path}(${String(property.const)})`;
      return own.length === 0
        ? [at]
        : ofProperties(
            pick(branch, (field) => !everywhere(field)),
            own,
            at,
          );
    }),
  ];
}

type Properties = Readonly<Record<string, JsonSchema>>;

function pick(schema: JsonSchema | undefined, wanted: (name: string) => boolean): Properties {
  return Object.fromEntries(Object.entries(schema?.properties ?? {}).filter(([name]) => wanted(name)));
}

function discriminatorOf(branch: JsonSchema): readonly [string, JsonSchema] {
  const found = Object.entries(branch.properties ?? {}).find(([, property]) => property.const !== undefined);
  if (found === undefined) throw new Error('a branch has no literal field to be told by');
  return found;
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const members = (value: unknown): unknown[] => (isObject(value) ? Object.values(value) : []);

const member = (value: unknown, name: string): unknown[] =>
  isObject(value) && name in value ? [value[name]] : [];
