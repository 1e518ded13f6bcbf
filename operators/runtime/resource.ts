/** A reference from an object to one that owns it (`metadata.ownerReferences`). */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean | undefined;
  readonly blockOwnerDeletion?: boolean | undefined;
}

/**
 * What the runtime knows of `metadata`. `managedFields` is left out on purpose: it is dropped where
 * responses are parsed, since it is often the larger half of an object and nothing reads it.
 */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: { readonly [key: string]: string } | undefined;
  readonly annotations?: { readonly [key: string]: string } | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** What every Kubernetes object has. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A kind of object: where the API serves it. It carries the type of its objects in a property that is never set. */
export interface Kind<T extends Resource = Resource> {
  /** `v1` or `GROUP/VERSION`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly resource?: T;
}

/** The type of a kind's objects. */
export type ObjectOf<K> = K extends Kind<infer T> ? T : never;

/** Names one object of a kind. A cluster-scoped object has no namespace. */
export interface Key {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** T, read-only all the way down: cached objects are shared by everyone who reads them. */
export type Immutable<T> = T extends (infer E)[] | readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [P in keyof T]: Immutable<T[P]> }
    : T;

/** The key of an object. */
export function keyOf(object: Resource): Key {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** A key as one string, `namespace/name` or `name`, as kubectl and the logs write it. */
export function keyText(key: Key): string {
  return key.namespace === undefined || key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;
}

/** The inverse of {@link keyText}. */
export function parseKey(text: string): Key {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** A kind as one string, unique among the kinds of a cluster: `apps/v1/Deployment`. */
export function kindText(kind: { readonly apiVersion: string; readonly kind: string }): string {
  return `${kind.apiVersion}/${kind.kind}`;
}

const DECIMAL = /^[1-9][0-9]*$/;

/**
 * Compares two resource versions of one kind: negative where the first is the earlier. Undefined where one of them is
 * not the decimal number that Kubernetes promises (KEP-5504), as of a server that has its own way: it is opaque then.
 */
export function compareVersions(one: string | undefined, other: string | undefined): number | undefined {
  if (one === undefined || other === undefined || !DECIMAL.test(one) || !DECIMAL.test(other))
    return undefined;
  // They may be longer than a number can hold exactly.
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

/** The path of an object, or of a kind's collection when `key.name` is not given. */
export function resourcePath(
  kind: Kind,
  key: { readonly namespace?: string | undefined; readonly name?: string },
): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope = kind.namespaced && key.namespace ? `/namespaces/${encodeURIComponent(key.namespace)}` : '';
  const name = key.name === undefined ? '' : `/${encodeURIComponent(key.name)}`;
  return `${root}${scope}/${kind.plural}${name}`;
}

/** The owner reference that names the controller of an object, if it has one. */
export function controllerOf(object: Resource): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Freezes a value all the way down. For tests: it finds whoever writes into a shared object. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
