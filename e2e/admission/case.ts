/** A bad input that the API server refuses, as data: for the test, and for docs/bad-input.md. */
export interface AdmissionCase {
  /** What is wrong, in the words of whoever did it. */
  readonly wrong: string;
  readonly kind:
    | 'App'
    | 'AppDefinition'
    | 'Connection'
    | 'Database'
    | 'Group'
    | 'Home'
    | 'Machine'
    | 'NixOSConfiguration'
    | 'Plan'
    | 'Route'
    | 'SSOClient'
    | 'User';
  /** What makes the valid object of the kind a bad one: a JSON Merge Patch (RFC 7396). */
  readonly change: object;
  /** Whether the valid object is there first and the change is made to it. */
  readonly update?: true;
  /** The field that the API server blames. */
  readonly field: string;
  /** What the API server says of it, word for word. */
  readonly says: string;
}

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies a JSON Merge Patch: objects are merged, null removes, everything else replaces (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Record<string, unknown> = isTree(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
