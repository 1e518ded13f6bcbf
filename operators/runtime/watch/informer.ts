import type { Clock } from '../clock.ts';
import { isNotFound } from '../cluster/errors.ts';
import type { Transport } from '../cluster/transport.ts';
import type { Watched } from '../controller.ts';
import { deepFreeze, type Kind, keyOf, keyText, type Resource } from '../resource.ts';
import { type Cache, createCache } from './cache.ts';
import { createOwnWrites, type OwnWrites } from './own-writes.ts';
import { reflect } from './reflector.ts';
import { type LabelMatch, parseSelector } from './selector.ts';
import { appliedFields, slim } from './slim.ts';

/** A kind, or those of its objects that a selector matches, kept in a cache. */
export interface Informer {
  readonly kind: Kind;
  readonly cache: Cache;
  readonly ownWrites: OwnWrites;
  readonly matches: LabelMatch;
  /** It holds every object of the kind: there is no selector. */
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
  const { kind, selector, optional } = watched;
  const cache = createCache();
  const ownWrites = createOwnWrites(options.clock, (key) =>
    options.onError(kind, new Error(`the watch has not brought the last write of ${key}; going on without`)),
  );
  let applied = new Map<string, string>();
  let pages = { mark: 0, objects: [] as Resource[], applied: new Map<string, string>() };
  const synced = Promise.withResolvers<void>();
  let isSynced = false;

  const take = (object: Resource, into: Map<string, string>): Resource => {
    const key = keyText(keyOf(object));
    const fields = appliedFields(object, options.managers);
    if (fields === undefined) into.delete(key);
    else into.set(key, fields);
    const taken = slim(object, kind);
    return options.freeze ? deepFreeze(taken) : taken;
  };

  const store = {
    listing() {
      pages = { mark: ownWrites.listing(), objects: [], applied: new Map() };
    },
    page(objects: readonly Resource[]) {
      for (const object of objects) pages.objects.push(take(object, pages.applied));
    },
    listed(resourceVersion: string | undefined) {
      applied = pages.applied;
      cache.replace(pages.objects);
      ownWrites.replaced(pages.mark, { resourceVersion, get: (key) => cache.get(key)?.metadata });
      store.listing();
      isSynced = true;
      synced.resolve();
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

  return {
    kind,
    cache,
    ownWrites,
    complete: selector === undefined,
    matches: selector ? parseSelector(selector) : () => true,
    appliedFields(key, manager) {
      const [name, fields] = JSON.parse(applied.get(key) ?? '[]');
      return name === manager ? fields : undefined;
    },
    synced: synced.promise,
    isSynced: () => isSynced,
    run: (signal) =>
      reflect(
        {
          transport: options.transport,
          kind,
          selector,
          store,
          clock: options.clock,
          onError(error, { phase }) {
            if (!(optional && phase === 'list' && isNotFound(error))) return options.onError(kind, error);
            store.listing();
            store.listed(undefined);
          },
        },
        signal,
      ),
  };
}
