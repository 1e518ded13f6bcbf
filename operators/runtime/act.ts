import { isNotFound } from './cluster/errors.ts';
import type { Act, Applied, ApplyOptions, Read } from './controller.ts';
import { type Confirmed, confirm, isApplied, isConfirmed } from './intent.ts';
import type { FindKind } from './kinds/registry.ts';
import { ownerUid, withOwner } from './ownership.ts';
import { explainApply, refusalOf } from './refusal.ts';
import {
  type Immutable,
  type Key,
  type Kind,
  keyText,
  kindText,
  type Resource,
  resourcePath,
} from './resource.ts';
import type { Informer } from './watch/informer.ts';
import { desiredKey, unvalidated, type Writes } from './writes.ts';

/** What the writes of a controller have in common, from pass to pass. */
export interface ActOptions {
  /** The controller's name, which is its field manager. */
  readonly manager: string;
  readonly findKind: FindKind;
  readonly informerOf: (kind: Kind) => Informer | undefined;
  /** Reads past the caches. */
  readonly live: Read['live'];
  /** What was applied, and found to be so, by kind and key. */
  readonly confirmed: ConfirmedApplies;
}

/** Remembers applies that need not be sent again. */
export type ConfirmedApplies = Map<string, Confirmed>;

/** The name under which an object's apply is remembered. */
export function confirmedKey(kind: Kind, key: string): string {
  return `${kindText(kind)} ${key}`;
}

/** The writes of one pass. */
export function createAct(options: ActOptions, writes: Writes): Act {
  return {
    apply: (desired, how = {}) => apply(options, writes, desired, how),
    async create<T extends Resource>(object: T, how: { readonly owner?: Resource } = {}) {
      const desired = withOwner(object, how.owner);
      const kind = await options.findKind(desired);
      const path = resourcePath(kind, { namespace: desired.metadata.namespace });
      const query = { fieldManager: options.manager };
      const created = await writes.send(kind, desiredKey(kind, desired), {
        method: 'POST',
        path,
        query,
        body: desired,
      });
      return created as Immutable<T>;
    },
    async patch<T extends Resource>(
      kind: Kind<T>,
      key: Parameters<Act['patch']>[1],
      patch: Parameters<Act['patch']>[2],
      how: { readonly subresource?: string } = {},
    ) {
      const type = Array.isArray(patch) ? 'json-patch' : 'merge-patch';
      const path = `${resourcePath(kind, key)}${how.subresource ? `/${how.subresource}` : ''}`;
      const query = { fieldManager: options.manager };
      const patched = await writes.send(kind, key, {
        method: 'PATCH',
        path,
        query,
        body: patch,
        contentType: `application/${type}+json`,
      });
      return patched as Immutable<T>;
    },
    async delete(kind, key, { uid, resourceVersion, propagation = 'Background' } = {}) {
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation, preconditions };
      try {
        await writes.send(kind, key, { method: 'DELETE', body });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

async function apply<T extends Resource>(
  options: ActOptions,
  writes: Writes,
  object: T,
  how: ApplyOptions,
): Promise<Applied<T>> {
  const desired = withOwner(object, how.owner);
  const kind = await options.findKind(desired);
  const key = desiredKey(kind, desired);
  const informer = options.informerOf(kind);
  const live = informer?.cache.get(keyText(key)) ?? (how.owner && (await unseen(options, kind, key)));
  const refusal = live && refusalOf(object, live, how.owner);
  if (refusal) throw refusal;
  const memory = confirmedKey(kind, keyText(key));
  if (live && informer && needsNothing(options, informer, memory, desired, live)) {
    return { object: live as Immutable<T>, changed: false };
  }
  const force =
    how.force ?? (how.owner !== undefined && live !== undefined && ownerUid(live) === how.owner.metadata.uid);
  const applied = await sendApply(writes, kind, desired, options.manager, force);
  if (informer?.matches(applied.metadata)) options.confirmed.set(memory, confirm(desired, applied));
  const changed = live?.metadata.resourceVersion !== applied.metadata.resourceVersion;
  return { object: applied as Immutable<T>, changed };
}

/**
 * An object that a cache leaves out, since it lacks the labels: somebody else's. To apply would be to add an owner to
 * it, with which it would go.
 */
async function unseen(
  { informerOf, live }: ActOptions,
  kind: Kind,
  key: Key,
): Promise<Immutable<Resource> | undefined> {
  return informerOf(kind)?.complete ? undefined : live(kind, key);
}

/** Whether the live object is as wanted, by what is remembered or, after a start, by the server's own record. */
function needsNothing(
  { confirmed, manager }: ActOptions,
  informer: Informer,
  memory: string,
  desired: Resource,
  live: Immutable<Resource>,
): boolean {
  const known = confirmed.get(memory);
  if (known) return isConfirmed(known, desired, live);
  const fields = informer.appliedFields(keyText(live.metadata), manager);
  if (!fields || !isApplied(desired, live, fields)) return false;
  confirmed.set(memory, confirm(desired, live));
  return true;
}

async function sendApply(writes: Writes, kind: Kind, desired: Resource, manager: string, force: boolean) {
  const key = desiredKey(kind, desired);
  try {
    return await writes.send(kind, key, {
      method: 'PATCH',
      query: { fieldManager: manager, force, ...unvalidated },
      body: desired,
      contentType: 'application/apply-patch+yaml',
    });
  } catch (error) {
    throw explainApply(error, kind, key);
  }
}
