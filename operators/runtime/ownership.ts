import {
  controllerOf,
  type Immutable,
  type Key,
  keyOf,
  keyText,
  parseKey,
  type Resource,
} from './resource.ts';

/**
 * Owner references don't reach across namespaces. What is owned there carries the owner's uid as a label, to be
 * found by, and its kind and key as an annotation (a label's 63 characters are too few for them).
 */
export const OWNER_LABEL = 'owner.hearth.dev/uid';
/** Holds `KIND.GROUP NAMESPACE/NAME` of the owner. */
export const OWNER_ANNOTATION = 'owner.hearth.dev/object';

/** The uid of the object that controls this one, by reference or by label. */
export function ownerUid(object: Resource): string | undefined {
  return controllerOf(object)?.uid ?? object.metadata.labels?.[OWNER_LABEL];
}

/** The key of the object of this kind that controls `object`, if one does. */
export function ownerKey(
  object: Resource,
  owner: { readonly kind: string; readonly apiVersion: string; readonly namespaced: boolean },
): Key | undefined {
  const reference = controllerOf(object);
  if (reference) {
    if (reference.kind !== owner.kind || groupOf(reference.apiVersion) !== groupOf(owner.apiVersion))
      return undefined;
    return owner.namespaced
      ? { namespace: object.metadata.namespace, name: reference.name }
      : { name: reference.name };
  }
  const [kind, key] = object.metadata.annotations?.[OWNER_ANNOTATION]?.split(' ') ?? [];
  return kind === ownerKindText(owner) && key !== undefined ? parseKey(key) : undefined;
}

/** Kind and name of what controls an object by reference: the same of every object that has had that name. */
export function controllerText(object: Resource): string | undefined {
  const reference = controllerOf(object);
  return reference && nameText(reference, reference.name);
}

/** The same of the owner itself. */
export const ownerText = (owner: Resource): string => nameText(owner, owner.metadata.name);

const nameText = (owner: { readonly kind: string; readonly apiVersion: string }, name: string): string =>
  `${ownerKindText(owner)} ${name}`;

/** Whether another object of the owner's kind and name controls this one. There is one of a name, so it is no more. */
export function isOfFormer(object: Immutable<Resource>, owner: Resource): boolean {
  if (ownerUid(object) === owner.metadata.uid) return false;
  const namespaced = owner.metadata.namespace !== undefined;
  const key = ownerKey(object, { kind: owner.kind, apiVersion: owner.apiVersion, namespaced });
  return key !== undefined && keyText(key) === keyText(keyOf(owner));
}

/** The metadata that makes `owner` the controller of an object in `namespace`. */
function ownerMetadata(
  owner: Resource | Immutable<Resource>,
  namespace: string | undefined,
): Partial<Resource['metadata']> {
  const { uid, name } = owner.metadata;
  if (uid === undefined)
    throw new Error(
      `${owner.kind} ${keyText(owner.metadata)} has no uid: only a live object can own another`,
    );
  if (owner.metadata.namespace === undefined || owner.metadata.namespace === namespace) {
    const { apiVersion, kind } = owner;
    return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }] };
  }
  return {
    labels: { [OWNER_LABEL]: uid },
    annotations: { [OWNER_ANNOTATION]: `${ownerKindText(owner)} ${keyText(owner.metadata)}` },
  };
}

function ownerKindText(owner: { readonly kind: string; readonly apiVersion: string }): string {
  const group = groupOf(owner.apiVersion);
  return group === '' ? owner.kind : `${owner.kind}.${group}`;
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The object as its owner wants it: with the owner named in it, if one is given. */
export function withOwner<T extends Resource>(object: T, owner: Resource | undefined): T {
  if (!owner) return object;
  const { labels, annotations, ownerReferences } = ownerMetadata(owner, object.metadata.namespace);
  const metadata = {
    ...object.metadata,
    ...(ownerReferences
      ? { ownerReferences: [...(object.metadata.ownerReferences ?? []), ...ownerReferences] }
      : {}),
    ...(labels ? { labels: { ...object.metadata.labels, ...labels } } : {}),
    ...(annotations ? { annotations: { ...object.metadata.annotations, ...annotations } } : {}),
  };
  return { ...object, metadata };
}
