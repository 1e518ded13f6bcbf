import { isNotFound } from './cluster/errors.ts';
import type { Transport } from './cluster/transport.ts';
import type { Read } from './controller.ts';
import {
  type Immutable,
  type Key,
  type Kind,
  keyText,
  kindText,
  type Resource,
  resourcePath,
} from './resource.ts';
import type { Cache } from './watch/cache.ts';
import { slim } from './watch/slim.ts';

/** The caches of a controller, by kind. */
export type CacheOf = (kind: Kind) => Cache;

/** Reads from these caches, and with `live` past them. A kind that has no cache is a mistake in the controller. */
export function createRead(cacheOf: CacheOf, transport: Pick<Transport, 'request'>): Read {
  // The one place where raw JSON is given its type: the API server has checked it against the kind's schema.
  const typed = <T extends Resource>(object: Resource | undefined) => object as Immutable<T> | undefined;
  const typedList = <T extends Resource>(objects: Resource[]) => objects as unknown as Immutable<T>[];
  return {
    get: <T extends Resource>(kind: Kind<T>, key: Parameters<Read['get']>[1]) =>
      typed<T>(cacheOf(kind).get(keyText(kind.namespaced ? key : { name: key.name }))),
    list: <T extends Resource>(kind: Kind<T>, filter: Parameters<Read['list']>[1] = {}) =>
      typedList<T>(cacheOf(kind).list(filter)),
    owned: <T extends Resource>(kind: Kind<T>, owner: Resource) => {
      const { uid } = owner.metadata;
      return uid === undefined ? [] : typedList<T>(cacheOf(kind).owned(uid));
    },
    live: createLive(transport),
  };
}

/** Reads past the caches. */
export function createLive(transport: Pick<Transport, 'request'>): Read['live'] {
  return async <T extends Resource>(kind: Kind<T>, key: Key) => {
    try {
      const object = await transport.request<T>({ method: 'GET', path: resourcePath(kind, key) });
      return slim(object, kind) as Immutable<T>;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}

/** A lookup among the caches that a controller has declared. */
export function cachesOf(controller: string, caches: ReadonlyMap<string, Cache>): CacheOf {
  return (kind) => {
    const cache = caches.get(kindText(kind));
    if (!cache)
      throw new Error(
        `controller ${controller} reads ${kindText(kind)} without declaring it in owns, watches or reads`,
      );
    return cache;
  };
}
