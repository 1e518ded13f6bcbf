import { isNotFound } from './cluster/errors.ts';
import { type Immutable, type Kind, keyOf, type Resource } from './resource.ts';
import type { Writes } from './writes.ts';

/**
 * Finalizers are added and removed by JSON Patches that first test what they change: a finalizer that somebody
 * else has added or removed meanwhile is never lost or taken along, and an object that was deleted and made anew
 * is not mistaken for the one that was read. A test that fails is an ApiError with status 422.
 */

/** Puts a finalizer on an object; returns the object with it. */
export async function addFinalizer(
  writes: Writes,
  kind: Kind,
  object: Immutable<Resource>,
  finalizer: string,
) {
  const { uid, finalizers = [] } = object.metadata;
  const path = '/metadata/finalizers';
  return sendPatch(writes, kind, object, [
    { op: 'test', path: '/metadata/uid', value: uid },
    // The server lets nobody add one to what is being deleted, and would call the object invalid.
    { op: 'test', path: '/metadata/deletionTimestamp', value: null },
    // `add` would replace a list that somebody else has begun meanwhile. A missing field passes a test for null.
    { op: 'test', path, value: finalizers.length > 0 ? finalizers : null },
    finalizers.length > 0
      ? { op: 'add', path: `${path}/-`, value: finalizer }
      : { op: 'add', path, value: [finalizer] },
  ]);
}

/** Takes a finalizer off an object, if it still has it. An object that is gone is no error. */
export async function removeFinalizer(
  writes: Writes,
  kind: Kind,
  object: Immutable<Resource>,
  finalizer: string,
) {
  const { uid, finalizers = [] } = object.metadata;
  const path = `/metadata/finalizers/${finalizers.indexOf(finalizer)}`;
  if (!finalizers.includes(finalizer)) return;
  try {
    await sendPatch(writes, kind, object, [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path, value: finalizer },
      { op: 'remove', path },
    ]);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Whether an object has a finalizer. */
export function hasFinalizer(object: Immutable<Resource>, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

function sendPatch(writes: Writes, kind: Kind, object: Immutable<Resource>, body: readonly object[]) {
  return writes.send(kind, keyOf(object), {
    method: 'PATCH',
    body,
    contentType: 'application/json-patch+json',
  });
}
