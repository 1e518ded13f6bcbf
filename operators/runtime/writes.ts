import type { ApiRequest, Transport } from './cluster/transport.ts';
import {
  type Immutable,
  type Key,
  type Kind,
  keyOf,
  keyText,
  type Resource,
  resourcePath,
} from './resource.ts';
import type { Informer } from './watch/informer.ts';
import type { Written } from './watch/own-writes.ts';
import { slim } from './watch/slim.ts';

/**
 * Spares the API server a second reading of the body, in search of fields given twice, which JSON.stringify writes
 * none of (measured: 7 % more writes a second). An apply with a field that the kind lacks is refused all the same.
 */
export const unvalidated = { fieldValidation: 'Ignore' } as const;

/** Sends writes, and knows when the caches have caught up with them. One for each pass. */
export interface Writes {
  /** Sends a write of one object, and returns the object that it answers with (for a deletion, a Status). */
  send(
    kind: Kind,
    key: Key,
    request: Omit<ApiRequest, 'path'> & { readonly path?: string },
  ): Promise<Immutable<Resource>>;
  /** Resolves when every cache has what was written; undefined where they have it already. */
  caughtUp(): Promise<unknown> | undefined;
}

/** What an answer to DELETE holds when the object is gone at once. */
interface DeletionStatus extends Resource {
  readonly details?: { readonly uid?: string };
}

/** Writes through a transport; `informerOf` gives the cache in which a kind's writes will be seen, if there is one. */
export function createWrites(
  transport: Pick<Transport, 'request'>,
  informerOf: (kind: Kind) => Informer | undefined,
): Writes {
  const pending: Promise<void>[] = [];
  return {
    async send(kind, key, request) {
      const informer = informerOf(kind);
      const name = keyText(key);
      informer?.ownWrites.begin(name);
      let written: Written | undefined;
      try {
        const path = request.path ?? resourcePath(kind, key);
        const answer = slim(await transport.request<Resource>({ ...request, path }), kind);
        written = informer && whatWasWritten(answer, informer);
        return answer;
      } finally {
        const seen = informer?.ownWrites.settle(name, written, informer.cache.get(name)?.metadata);
        if (seen) pending.push(seen);
      }
    },
    caughtUp: () => (pending.length === 0 ? undefined : Promise.all(pending.splice(0))),
  };
}

/** What to wait for; nothing where the cache does not hold such objects. */
function whatWasWritten(answer: Resource, informer: Informer): Written | undefined {
  if (answer.kind === 'Status') {
    const uid = (answer as DeletionStatus).details?.uid;
    return uid === undefined ? undefined : { deleted: uid };
  }
  const { resourceVersion, uid } = answer.metadata;
  if (resourceVersion === undefined || !informer.matches(answer.metadata)) return undefined;
  return { resourceVersion, uid };
}

/** The key of a desired object, which must have a name. */
export function desiredKey(kind: Kind, desired: Resource): Key {
  const key = keyOf(desired);
  if (!key.name) throw new Error(`a ${kind.kind} to be written has no name`);
  if (kind.namespaced && !key.namespace)
    throw new Error(`${kind.kind} ${key.name} to be written has no namespace`);
  return kind.namespaced ? key : { name: key.name };
}
