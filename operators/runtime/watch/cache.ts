import type { Index, LabelIndex, ListFilter } from '../controller.ts';
import { controllerText, isOfFormer, ownerText, ownerUid } from '../ownership.ts';
import { type Immutable, keyOf, keyText, type Resource } from '../resource.ts';
import { createIndexMap, type IndexMap } from './index-map.ts';

/** What happened to one object of a cache. */
export interface Change {
  readonly key: string;
  /** The state of now; of a removed object, the last one. */
  readonly object: Immutable<Resource>;
  readonly before: Immutable<Resource> | undefined;
  readonly removed: boolean;
  /** It came with a list, not by a watch: nobody just did it, so it is less urgent. */
  readonly listed: boolean;
}

/** The objects of one kind, as they were last seen. Raw JSON, shared with everyone who reads it. */
export interface Cache {
  get(key: string): Immutable<Resource> | undefined;
  list(filter: ListFilter): Immutable<Resource>[];
  owned(uid: string): Immutable<Resource>[];
  /** What an object controls by reference that had the owner's kind and name before it, and is no more. */
  ownedByFormer(owner: Resource): Immutable<Resource>[];
  readonly size: number;
  keys(): Iterable<string>;
  /** Adds or replaces one object. */
  put(object: Resource): void;
  remove(object: Resource): void;
  /** Replaces everything at once: readers see the old state or the new, never a part. */
  replace(objects: readonly Resource[]): void;
  /** Is told of each change, after it. */
  subscribe(listener: (change: Change) => void): void;
  /** Is told of each change before it is told to any subscriber, as indexes are. Only before there are objects. */
  follow(follower: IndexMap['update']): void;
  /** Adds an index. Only before there are objects. */
  index(name: string, values: (object: Resource) => readonly string[]): void;
  /** Adds an index that lists use by themselves which ask for the label. Only before there are objects. */
  indexLabel(label: string): void;
}

/** Names of the indexes that every cache has; no index of a controller can be called so. */
const NAMESPACE = '\0namespace';
const OWNER = '\0owner';
const OWNER_NAME = '\0owner name';
const labelIndex = (label: string) => `\0label ${label}`;

/** Adds an index that a controller has declared. */
export function addIndex(cache: Cache, index: Index | LabelIndex): void {
  if ('label' in index) cache.indexLabel(index.label);
  else cache.index(index.name, index.values);
}

/** A cache that is empty. */
export function createCache(): Cache {
  let objects = new Map<string, Resource>();
  const listeners: ((change: Change) => void)[] = [];
  const followers: IndexMap['update'][] = [];
  const indexes = new Map<string, IndexMap>();
  const functions = new Map<string, (object: Resource) => readonly string[]>();
  const index: Cache['index'] = (name, values) => {
    const known = functions.get(name);
    if (known === values) return;
    if (known) throw new Error(`two different indexes are called "${name}"`);
    functions.set(name, values);
    indexes.set(name, createIndexMap(values));
  };
  index(NAMESPACE, (object) => [object.metadata.namespace ?? '']);
  index(OWNER, (object) => valuesOf(ownerUid(object)));
  index(OWNER_NAME, (object) => valuesOf(controllerText(object)));

  const reindex = (key: string, before: Resource | undefined, after: Resource | undefined) => {
    for (const entry of indexes.values()) entry.update(key, before, after);
    for (const follower of followers) follower(key, before, after);
  };
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  const find = (name: string, value: string): Resource[] => {
    const known = indexes.get(name);
    if (!known) throw new Error(`there is no index "${name}"`);
    return Array.from(known.keys(value), (key) => objects.get(key)).filter((object) => object !== undefined);
  };

  return {
    index,
    indexLabel(label) {
      const name = labelIndex(label);
      if (!indexes.has(name)) index(name, ({ metadata }) => valuesOf(metadata.labels?.[label]));
    },
    follow: (follower) => void followers.push(follower),
    get: (key) => objects.get(key),
    get size() {
      return objects.size;
    },
    keys: () => objects.keys(),
    owned: (uid) => find(OWNER, uid),
    ownedByFormer: (owner) =>
      find(OWNER_NAME, ownerText(owner)).filter((object) => isOfFormer(object, owner)),
    list: (filter) => select(objects, find, filter, (label) => indexes.has(labelIndex(label))),
    subscribe: (listener) => void listeners.push(listener),
    put(object) {
      const key = keyText(keyOf(object));
      const before = objects.get(key);
      objects.set(key, object);
      reindex(key, before, object);
      tell({ key, object, before, removed: false, listed: false });
    },
    remove(object) {
      const key = keyText(keyOf(object));
      const before = objects.get(key);
      objects.delete(key);
      reindex(key, before, undefined);
      if (before) tell({ key, object, before, removed: true, listed: false });
    },
    replace(list) {
      const old = objects;
      objects = new Map(list.map((object) => [keyText(keyOf(object)), object]));
      const changes = differences(old, objects);
      for (const { key, before, object, removed } of changes)
        reindex(key, before, removed ? undefined : object);
      for (const change of changes) tell(change);
    },
  };
}

const valuesOf = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

function select(
  objects: ReadonlyMap<string, Resource>,
  find: (name: string, value: string) => Resource[],
  { namespace, labels, index }: ListFilter,
  isIndexed: (label: string) => boolean,
): Resource[] {
  const wanted = Object.entries(labels ?? {});
  const candidates = (): Resource[] => {
    if (index) return find(...index);
    const label = wanted.find(([name]) => isIndexed(name));
    if (label) return find(labelIndex(label[0]), label[1]);
    return namespace === undefined ? [...objects.values()] : find(NAMESPACE, namespace);
  };
  const found = candidates();
  if (wanted.length === 0 && !(index && namespace !== undefined)) return found;
  return found.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      wanted.every(([name, value]) => metadata.labels?.[name] === value),
  );
}

/**
 * What became of each object between two lists. Unchanged ones are left out; of one that was deleted and made anew
 * both are told, as by a watch.
 */
function differences(old: ReadonlyMap<string, Resource>, fresh: ReadonlyMap<string, Resource>): Change[] {
  const changes: Change[] = [];
  const isSame = (one: Resource | undefined, other: Resource | undefined) =>
    one !== undefined && other !== undefined && one.metadata.uid === other.metadata.uid;
  for (const [key, before] of old) {
    if (!isSame(before, fresh.get(key)))
      changes.push({ key, object: before, before, removed: true, listed: true });
  }
  for (const [key, object] of fresh) {
    const known = old.get(key);
    const before = isSame(known, object) ? known : undefined;
    if (before && before.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    changes.push({ key, object, before, removed: false, listed: true });
  }
  return changes;
}
