import { isNotFound } from './cluster/errors.ts';
import type { Transport } from './cluster/transport.ts';
import type { Controller } from './controller.ts';
import { isSame } from './json.ts';
import { discover } from './kinds/registry.ts';
import { type Immutable, type Kind, keyOf, type Resource, resourcePath } from './resource.ts';
import { unvalidated, type Writes } from './writes.ts';

/**
 * Writes a status; resolves to the version that the write has made: one that tells the pass nothing new. To nothing
 * where the kind has no status, and where somebody else had changed the object before the write: a list after a broken
 * watch brings both changes as one, in that version.
 */
export type StatusWriter = (
  writes: Writes,
  object: Immutable<Resource>,
  patch: readonly object[],
) => Promise<string | undefined>;

/**
 * Writes the status of objects of one kind. Whether the kind has a status of its own is found out when one is not
 * found: that may be said of the object, of the path, or of the whole kind while its definition is being replaced.
 */
export function createStatusWriter(
  { kind, name }: Controller,
  transport: Pick<Transport, 'request'>,
): StatusWriter {
  let exists: boolean | undefined;
  return async (writes, object, patch) => {
    if (exists === false) return undefined;
    const key = keyOf(object);
    try {
      const patched = await writes.send(kind, key, {
        method: 'PATCH',
        path: `${resourcePath(kind, key)}/status`,
        query: { fieldManager: name, ...unvalidated },
        body: patch,
        contentType: 'application/json-patch+json',
      });
      exists = true;
      return isSame(besideVersion(object), besideVersion(patched))
        ? patched.metadata.resourceVersion
        : undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      exists ??= await hasStatus(transport, kind);
      if (exists === false) return undefined;
      throw error;
    }
  };
}

/** Of a kind with a status the generation tells of every change of its spec. */
function besideVersion({ metadata }: Immutable<Resource>): object {
  const { resourceVersion, ...rest } = metadata;
  return rest;
}

/** By the server's discovery; undefined where it does not serve the kind at the moment, which decides nothing. */
async function hasStatus(
  transport: Pick<Transport, 'request'>,
  { apiVersion, plural }: Kind,
): Promise<boolean | undefined> {
  try {
    const names = (await discover(transport, apiVersion)).map(({ name }) => name);
    return names.includes(plural) ? names.includes(`${plural}/status`) : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
