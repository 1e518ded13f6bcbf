import { createHash } from 'node:crypto';

/** What of an object the API server sets last, after a webhook was asked, or says otherwise to one who watches. */
const OWN = new Set(['resourceVersion', 'managedFields', 'generation', 'selfLink']);

/** An object of the API; what else it has depends on its kind. */
interface Identified {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata: object;
}

/** A digest (SHA-256) of an object by which what was asked for is known again in what was stored. */
export function digestOf(object: Identified): string {
  // What a list or a watch brings may not say what it is.
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([name]) => !OWN.has(name));
  const text = JSON.stringify(sorted({ ...rest, metadata: Object.fromEntries(kept) }));
  return createHash('sha256').update(text).digest('base64url');
}

/** The same value, its fields in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, item]) => [name, sorted(item)]));
}
