import type { Clock } from './clock.ts';
import { ApiError } from './cluster/errors.ts';
import type { Act, ApplyOptions, Context, Index, LabelIndex, Patch, Read } from './controller.ts';
import type { Occurrence } from './events.ts';
import { type Fields, isFields, isSame, mergePatch } from './json.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { Logger } from './log.ts';
import { withOwner } from './ownership.ts';
import type { Reach } from './reach.ts';
import { createRead } from './read.ts';
import {
  deepFreeze,
  type Immutable,
  type Key,
  type Kind,
  keyOf,
  keyText,
  kindText,
  type Resource,
} from './resource.ts';
import { addIndex, type Cache, createCache } from './watch/cache.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets time pass; what falls due on the way is called in its order. */
  advance(milliseconds: number): void;
  /** How many callbacks are waiting. */
  pending(): number;
}

/** A clock that shows `start` and stands. */
export function fakeClock(start: Date | string = '2026-01-01T00:00:00Z'): FakeClock {
  const epoch = new Date(start).getTime();
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  let elapsed = 0;
  const dueBefore = (end: number) => [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => new Date(epoch + elapsed),
    monotonic: () => elapsed,
    after(milliseconds, callback) {
      const timer = { at: elapsed + Math.max(0, milliseconds), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(milliseconds) {
      const end = elapsed + milliseconds;
      for (let timer = dueBefore(end); timer; timer = dueBefore(end)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.callback();
      }
      elapsed = end;
    },
    pending: () => timers.size,
  };
}

/** What a fake context starts with. */
export interface FakeOptions {
  /** What is in the cluster. */
  readonly objects?: readonly Resource[];
  readonly now?: Date | string;
  /** The indexes that the controller declares. */
  readonly indexes?: readonly (Index | LabelIndex)[];
  /** Where Services are; `NAME.NAMESPACE.svc` if not given. */
  readonly reach?: Reach;
}

/** A context over a cluster that is faked in memory, and what was done to it, in order. */
export interface FakeContext extends Context {
  readonly clock: FakeClock;
  readonly applied: readonly Resource[];
  readonly created: readonly Resource[];
  readonly patched: readonly { readonly kind: string; readonly key: Key; readonly patch: Patch }[];
  readonly deleted: readonly { readonly kind: string; readonly key: Key }[];
  readonly events: readonly Omit<Occurrence, 'controller' | 'regarding'>[];
}

/**
 * A fake for tests of reconcilers without an API server. Reads see what was written before, as a cache that has
 * caught up does. It merges where the API server has schemas, fills in uids, generations and versions, and checks
 * nothing: what the server would refuse is for tests against a real one. All that it hands out is frozen.
 */
export function fakeContext(options: FakeOptions = {}): FakeContext {
  const cluster = createFakeCluster(options.indexes ?? []);
  for (const object of options.objects ?? []) cluster.store(object);
  const clock = fakeClock(options.now);
  const events: Omit<Occurrence, 'controller' | 'regarding'>[] = [];
  const { act, ...recorded } = createFakeAct(cluster);
  return {
    ...recorded,
    events,
    clock,
    act,
    read: createFakeRead(cluster),
    log: silentLog,
    signal: new AbortController().signal,
    requireLead: () => undefined,
    reach:
      options.reach ??
      (async ({ namespace, name }, port) => ({ host: `${name}.${namespace ?? 'default'}.svc`, port })),
    event: (type, reason, message) => void events.push({ type, reason, message }),
  };
}

/** A log that nobody reads. */
export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

interface FakeCluster {
  cacheOf(kind: { readonly apiVersion: string; readonly kind: string }): Cache;
  /** Puts an object in, as the server would: with uid, version and generation. */
  store(object: Resource): Resource;
}

function createFakeCluster(indexes: readonly (Index | LabelIndex)[]): FakeCluster {
  const caches = new Map<string, Cache>();
  let version = 0;
  const cacheOf: FakeCluster['cacheOf'] = (kind) => {
    const text = kindText(kind);
    const known = caches.get(text);
    if (known) return known;
    const cache = createCache();
    for (const index of indexes) if (kindText(index.kind) === text) addIndex(cache, index);
    caches.set(text, cache);
    return cache;
  };
  return {
    cacheOf,
    store(object) {
      const cache = cacheOf(object);
      const before = cache.get(keyText(keyOf(object)));
      version++;
      const metadata = {
        uid: before?.metadata.uid ?? `uid-${version}`,
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...object.metadata,
        resourceVersion: String(version),
        generation: generationAfter(before, object),
      };
      const stored = deepFreeze(structuredClone({ ...object, metadata }));
      cache.put(stored);
      return stored;
    },
  };
}

function generationAfter(before: Resource | undefined, object: Resource): number {
  if (!before) return object.metadata.generation ?? 1;
  const spec = (of: Resource) => ('spec' in of ? of.spec : undefined);
  return (before.metadata.generation ?? 1) + (isSame(spec(before), spec(object)) ? 0 : 1);
}

function createFakeRead(cluster: FakeCluster): Read {
  const read = createRead(cluster.cacheOf, {
    request: () => Promise.reject(new Error('a fake sends no requests')),
  });
  return { ...read, live: async (kind, key) => read.get(kind, key) };
}

function createFakeAct(cluster: FakeCluster) {
  const applied: Resource[] = [];
  const created: Resource[] = [];
  const patched: { kind: string; key: Key; patch: Patch }[] = [];
  const deleted: { kind: string; key: Key }[] = [];
  const find = (kind: { readonly apiVersion: string; readonly kind: string }, key: Key) =>
    cluster.cacheOf(kind).get(keyText(key));
  const act: Act = {
    async apply<T extends Resource>(desired: T, { owner }: ApplyOptions = {}) {
      const intent = asServed(withOwner(desired, owner));
      const live = find(intent, keyOf(intent));
      const merged = live ? (mergePatch(asFields(live), intent) as unknown as Resource) : intent;
      const changed = !live || !isSame(live, merged);
      if (changed) applied.push(deepFreeze(structuredClone(intent)));
      return { object: (changed ? cluster.store(merged) : live) as Immutable<T>, changed };
    },
    async create<T extends Resource>(object: T, { owner }: { readonly owner?: Resource } = {}) {
      const desired = asServed(withOwner(object, owner));
      if (find(desired, keyOf(desired))) throw refusal('POST', 409, 'AlreadyExists', desired);
      created.push(deepFreeze(structuredClone(desired)));
      return cluster.store(desired) as Immutable<T>;
    },
    async patch<T extends Resource>(kind: Kind<T>, key: Key, patch: Patch) {
      const live = find(kind, key);
      if (!live) throw refusal('PATCH', 404, 'NotFound', { ...kind, metadata: key });
      patched.push({ kind: kind.kind, key, patch });
      const result = isFields(patch) ? mergePatch(asFields(live), patch) : patchedBy(live, patch);
      return cluster.store(result as unknown as Resource) as Immutable<T>;
    },
    async delete(kind, key) {
      const live = find(kind, key);
      if (!live) return;
      deleted.push({ kind: kind.kind, key });
      cluster.cacheOf(kind).remove(live);
    },
  };
  return { act, applied, created, patched, deleted };
}

function patchedBy(live: Resource, patch: Patch): Resource {
  try {
    return Array.isArray(patch) ? applyJsonPatch(live, patch) : live;
  } catch (error) {
    throw refusal('PATCH', 422, String(error), live);
  }
}

/** Secrets are written with `stringData` and read with `data`. */
function asServed(object: Resource): Resource {
  if (object.kind !== 'Secret' || !('stringData' in object) || !isFields(object.stringData)) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData).map(([name, value]) => [
    name,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data = 'data' in rest && isFields(rest.data) ? rest.data : {};
  return { ...rest, ...{ data: { ...data, ...Object.fromEntries(encoded) } } };
}

function asFields(object: Immutable<Resource>): Fields {
  return object as unknown as Fields;
}

function refusal(
  method: string,
  status: number,
  reason: string,
  object: Pick<Resource, 'kind' | 'metadata'>,
): ApiError {
  const message = `${object.kind} ${keyText(object.metadata)}: ${reason}`;
  return new ApiError({ method, path: '(fake)' }, status, {
    reason,
    message,
    details: { name: object.metadata.name },
  });
}
