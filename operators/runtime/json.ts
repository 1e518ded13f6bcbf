/** A JSON object. */
export type Fields = { readonly [field: string]: unknown };

/** Whether a value is a JSON object: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal; the order of an object's fields does not matter. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a).filter((name) => a[name] !== undefined);
  return (
    names.length === Object.keys(b).filter((name) => b[name] !== undefined).length &&
    names.every((name) => isSame(a[name], b[name]))
  );
}

/** Applies a merge patch (RFC 7386) to fields. */
export function mergePatch(target: Fields, patch: object): Fields {
  const result: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (value !== undefined)
      result[name] = isFields(value) ? mergePatch(fieldsOr(result[name]), value) : value;
  }
  return result;
}

function fieldsOr(value: unknown): Fields {
  return isFields(value) ? value : {};
}
