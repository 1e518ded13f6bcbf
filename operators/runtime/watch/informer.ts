import type { Clock } from '../clock.ts';
import { isNotFound } from '../cluster/errors.ts';
import type { Transport } from '../cluster/transport.ts';
import type { Watched } from '../controller.ts';
import { deepFreeze, type Kind, keyOf, keyText, type ObjectMeta, type Resource } from '../resource.ts';
import { type Cache, createCache } from './cache.ts';
import { createOwnWrites, type OwnWrites } from './own-writes.ts';
import { reflect } from './reflector.ts';
import type { ReflectorState } from './reflector-state.ts';
import { parseSelector } from './selector.ts';
import { appliedFields, slim } from './slim.ts';

/** A kind, or those of its objects that a selector matches, kept in a cache. */
export interface Informer {
  readonly kind: Kind;
  readonly cache: Cache;
  readonly ownWrites: OwnWrites;
  /** Whether an object is one that it holds, by selector and namespace. */
  matches(metadata: Pick<ObjectMeta, 'labels' | 'namespace'>): boolean;
  /** It holds every object of the kind: there is neither selector nor namespace. */
  readonly complete: boolean;
  /** The fields that a field manager has applied to an object, as the server says (`fieldsV1`). */
  appliedFields(key: string, manager: string): object | undefined;
  /** Resolves when the first list is in the cache. */
  readonly synced: Promise<void>;
  readonly isSynced: () => boolean;
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** What an informer needs. */
export interface InformerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** The field managers of this process, whose applied fields are kept. */
  readonly managers: ReadonlySet<string>;
  readonly onError: (kind: Kind, error: unknown) => void;
  /** Freeze what is cached, to find who writes into it. For tests. */
  readonly freeze?: boolean | undefined;
}

/** An informer on one kind; it does nothing until it is run. */
export function createInformer(watched: Watched, options: InformerOptions): Informer {
  const { kind, selector, namespace, optional } = watched;
  const selects = selector ? parseSelector(selector) : () => true;
  const { transport, clock, onError } = options;
  const cache = createCache();
  const ownWrites = createOwnWrites(clock, (key) =>
    onError(kind, new Error(`the watch has not brought the last write of ${key}; going on without`)),
  );
  const synced = Promise.withResolvers<void>();
  let isSynced = false;
  const store = createStore(kind, cache, ownWrites, options, () => {
    isSynced = true;
    synced.resolve();
  });
  const reflector = {
    transport,
    kind,
    selector,
    namespace,
    store,
    clock,
    onError(error: unknown, { phase }: ReflectorState) {
      if (!(optional && phase === 'list' && isNotFound(error))) return onError(kind, error);
      store.listing();
      store.listed(undefined);
    },
  };
  return {
    kind,
    cache,
    ownWrites,
    complete: selector === undefined && namespace === undefined,
    matches: (metadata) =>
      (namespace === undefined || metadata.namespace === namespace) && selects(metadata.labels),
    appliedFields: store.appliedFields,
    synced: synced.promise,
    isSynced: () => isSynced,
    run: (signal) => reflect(reflector, signal),
  };
}

/** What is kept of objects beside the cache: the fields that were applied to them, by key. */
type Applied = Map<string, string>;

/** Fills a cache with what a reflector brings, and tells those who wait for their own writes. */
function createStore(
  kind: Kind,
  cache: Cache,
  ownWrites: OwnWrites,
  { managers, freeze }: Pick<InformerOptions, 'managers' | 'freeze'>,
  onListed: () => void,
) {
  const noPages = () => ({ mark: 0, objects: [] as Resource[], applied: new Map() as Applied });
  let applied: Applied = new Map();
  let pages = noPages();

  const take = (object: Resource, into: Applied): Resource => {
    const key = keyText(keyOf(object));
    const fields = appliedFields(object, managers);
    if (fields === undefined) into.delete(key);
    else into.set(key, fields);
    const taken = slim(object, kind);
    return freeze ? deepFreeze(taken) : taken;
  };

  return {
    appliedFields(key: string, manager: string): object | undefined {
      const [name, fields] = JSON.parse(applied.get(key) ?? '[]');
      return name === manager ? fields : undefined;
    },
    listing() {
      pages = { ...noPages(), mark: ownWrites.listing() };
    },
    page(objects: readonly Resource[]) {
      for (const object of objects) pages.objects.push(take(object, pages.applied));
    },
    listed(resourceVersion: string | undefined) {
      applied = pages.applied;
      cache.replace(pages.objects);
      ownWrites.replaced(pages.mark, { resourceVersion, get: (key) => cache.get(key)?.metadata });
      // The cache has them now; a page that is kept would keep what has since been replaced.
      pages = noPages();
      onListed();
    },
    put(object: Resource) {
      const taken = take(object, applied);
      cache.put(taken);
      ownWrites.seen(keyText(keyOf(taken)), taken.metadata, false);
    },
    remove(object: Resource) {
      const taken = slim(object, kind);
      const key = keyText(keyOf(taken));
      applied.delete(key);
      cache.remove(taken);
      ownWrites.seen(key, taken.metadata, true);
    },
  };
}
