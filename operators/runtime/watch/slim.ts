import type { Resource } from '../resource.ts';

/** An object as the API server sends it. */
interface Received extends Resource {
  readonly metadata: Resource['metadata'] & { readonly managedFields?: readonly ManagedFields[] };
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: object;
}

/**
 * Takes `managedFields` off an object that was just parsed, in place, and fills in what list items lack.
 *
 * The metadata is copied rather than a property deleted: deleting would turn it into a dictionary, which takes
 * several times the memory.
 */
export function slim<T extends Resource>(
  object: T,
  kind: { readonly apiVersion: string; readonly kind: string },
): T {
  const metadata: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object.metadata)) {
    if (name !== 'managedFields') metadata[name] = value;
  }
  const writable = object as { -readonly [P in keyof T]: T[P] };
  Object.assign(writable, { metadata });
  if (object.apiVersion === undefined)
    Object.assign(writable, { apiVersion: kind.apiVersion, kind: kind.kind });
  return object;
}

/** The fields that a field manager has applied to an object (`fieldsV1`), as JSON text, which is compact to keep. */
export function appliedFields(object: Resource, managers: ReadonlySet<string>): string | undefined {
  const entry = (object as Received).metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      operation === 'Apply' && subresource === undefined && manager !== undefined && managers.has(manager),
  );
  return entry?.fieldsV1 && JSON.stringify([entry.manager, entry.fieldsV1]);
}
