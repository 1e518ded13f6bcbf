import type { Rule } from '@hearth/domain';
import { field, literal } from './cel.ts';
import type { JsonSchema } from './json-schema.ts';
import { annotated, type Convert, NotStructural, type Structural } from './schema.ts';

/** One branch of a union of objects: the value of the discriminator, and the object that goes with it. */
interface Variant {
  readonly tag: string;
  readonly object: Structural;
}

/**
 * Objects told apart by a literal field. A structural schema can't branch on types or defaults, so the
 * fields of all branches are merged into one object, and rules say which field goes with which branch.
 */
export function discriminatedUnion(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  path: string,
  convert: Convert,
): Structural {
  const discriminator = discriminatorOf(branches, path);
  const variants = branches.map((branch) => ({
    tag: String(branch.properties?.[discriminator]?.const),
    object: convert(branch, path),
  }));
  const names = [...new Set(variants.flatMap(({ object }) => Object.keys(object.properties ?? {})))];
  const always = names.filter((name) => variants.every((variant) => requires(variant, name)));
  const fields = names.map((name) => {
    const holders = variants.filter(({ object }) => object.properties?.[name] !== undefined);
    const merged = name === discriminator ? tagField(variants, name) : shared(holders, name, path);
    return { name, holders, merged };
  });
  const rules = fields
    .filter(({ name }) => name !== discriminator)
    .flatMap(({ name, holders, merged }) => [
      ...(holders.length < variants.length ? [onlyWith(name, merged, holders, discriminator)] : []),
      ...(always.includes(name) ? [] : requiredWith(name, holders, discriminator)),
    ]);
  return {
    type: 'object',
    ...annotated(schema, [...rules, ...variants.flatMap((variant) => ownRules(variant, discriminator))]),
    required: always,
    properties: Object.fromEntries(fields.map(({ name, merged }) => [name, merged])),
  };
}

const requires = ({ object }: Variant, name: string) => object.required?.includes(name) === true;

function discriminatorOf(branches: readonly JsonSchema[], path: string): string {
  const [first] = branches;
  const name = Object.keys(first?.properties ?? {}).find((candidate) =>
    branches.every(
      ({ properties, required }) =>
        typeof properties?.[candidate]?.const === 'string' && required?.includes(candidate) === true,
    ),
  );
  if (name === undefined)
    throw new NotStructural(path, 'the objects of a union must be told apart by a required literal field');
  return name;
}

/** The discriminator: one of the tags, described by what each branch says of its own. */
function tagField(variants: readonly Variant[], name: string): Structural {
  const described = variants.flatMap(({ tag, object }) => {
    const description = object.properties?.[name]?.description ?? object.description;
    return description === undefined ? [] : [`${tag}: ${description}`];
  });
  return {
    type: 'string',
    ...(described.length > 0 && { description: described.join(' ') }),
    enum: variants.map(({ tag }) => tag),
  };
}

/** A field that several branches have: it must be the same in all of them but for what is said about it. */
function shared(holders: readonly Variant[], name: string, path: string): Structural {
  const readings = holders.map(({ tag, object }) => {
    const { description, ...rest } = object.properties?.[name] ?? {};
    return { tag, description, rest, text: literal(rest) };
  });
  const [first] = readings;
  const odd = readings.find(({ text }) => text !== first?.text);
  if (odd !== undefined)
    throw new NotStructural(
      `${path}.${name}`,
      `it is one thing in ${first?.tag} and another in ${odd.tag}; a structural schema has one field of a name`,
    );
  const description = joined(readings);
  return { ...(description !== undefined && { description }), ...first?.rest };
}

function joined(
  readings: readonly { readonly tag: string; readonly description: string | undefined }[],
): string | undefined {
  const meanings = Map.groupBy(readings, ({ description }) => description);
  if (meanings.size === 1) return readings[0]?.description;
  return [...meanings]
    .filter(([meaning]) => meaning !== undefined)
    .map(([meaning, of]) => `${of.map(({ tag }) => tag).join(', ')}: ${meaning}`)
    .join(' ');
}

const named = (holders: readonly Variant[]) => holders.map(({ tag }) => tag).join(', ');

/** A default is filled in whatever the discriminator says, so it is let pass where its field has no meaning. */
function onlyWith(
  name: string,
  { default: filled }: Structural,
  holders: readonly Variant[],
  discriminator: string,
): Rule {
  const missing = `!has(${field(name)})`;
  const absent = filled === undefined ? missing : `${missing} || ${field(name)} == ${literal(filled)}`;
  return {
    rule: `${isOneOf(discriminator, holders)} || ${absent}`,
    message: `${name} goes only with ${discriminator} ${named(holders)}`,
  };
}

function requiredWith(name: string, holders: readonly Variant[], discriminator: string): Rule[] {
  const needing = holders.filter((holder) => requires(holder, name));
  if (needing.length === 0) return [];
  return [
    {
      rule: `!(${isOneOf(discriminator, needing)}) || has(${field(name)})`,
      message: `${discriminator} ${named(needing)} needs ${name}`,
    },
  ];
}

/** The rules of one branch, which hold for objects of that branch alone. */
function ownRules(variant: Variant, discriminator: string): Rule[] {
  return (variant.object['x-kubernetes-validations'] ?? []).map((own) => ({
    ...own,
    rule: `!(${isOneOf(discriminator, [variant])}) || (${own.rule})`,
  }));
}

function isOneOf(discriminator: string, holders: readonly Variant[]): string {
  return `${field(discriminator)} in ${literal(holders.map(({ tag }) => tag))}`;
}
