/** Words of the Common Expression Language that can't be the name of a field as they stand. */
const reserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace ' +
    'return var void while'
  ).split(' '),
);

const escapes: ReadonlyArray<readonly [RegExp, string]> = [
  [/__/g, '__underscores__'],
  [/\./g, '__dot__'],
  [/-/g, '__dash__'],
  [/\//g, '__slash__'],
];

/**
 * A field as a rule writes it, `self.path`.
 * Names that CEL reserves or can't spell are escaped as the API server expects
 * (kubernetes.io/docs/reference/using-api/cel/#escaping).
 */
export function field(name: string): string {
  const escaped = escapes.reduce((text, [from, to]) => text.replace(from, to), name);
  return `self.${reserved.has(name) ? `__${name}__` : escaped}`;
}

/** A value as a literal of CEL, which reads JSON's strings, numbers, lists and maps as its own. */
export function literal(value: unknown): string {
  return JSON.stringify(value);
}
