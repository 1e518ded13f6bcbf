import { type EventResource, kinds } from '@hearth/domain';
import type { EdgeName } from '../vocabulary/terms.ts';
import { type Fields, isFields } from './fields.ts';

/** A resource, as far as its IRI needs to know it. */
export type Named = Pick<EventResource, 'group' | 'plural' | 'namespace' | 'name'>;

/** How one resource belongs to another. One of the two is the resource that says so. */
export interface Edge {
  readonly from: Named;
  readonly edge: EdgeName;
  readonly to: Named;
}

/** How a resource belongs to others, as far as its own state says so. */
export function edgesOf(resource: EventResource, object: Fields): Edge[] {
  const ofKind = byKind[`${resource.kind}.${resource.group}`] ?? (() => []);
  const said: Saying = {
    self: resource,
    spec: fieldsAt(object, 'spec'),
    status: fieldsAt(object, 'status'),
  };
  return [...ownerEdges(resource, object), ...ofKind(said)];
}

interface Saying {
  readonly self: EventResource;
  readonly spec: Fields;
  readonly status: Fields;
}

const apps = 'apps.hearth.dev';
const iam = 'iam.hearth.dev';

/** How the kinds belong together. States may be old, or of a version to come: what is not there says nothing. */
const byKind: Readonly<Record<string, (said: Saying) => Edge[]>> = {
  [`App.${apps}`]: ({ self, spec, status }) => [
    ...edges(self, 'dependsOn', of(apps, 'appdefinitions'), [spec.definition]),
    ...itemsAt(status, 'bindings').flatMap((binding) => bindingEdges(self, binding)),
  ],
  [`Database.${apps}`]: served,
  [`Connection.${apps}`]: served,
  [`Route.${apps}`]: (said) => [
    ...served(said),
    ...edges(said.self, 'dependsOn', beside(said.self, apps, 'ssoclients'), [
      fieldsAt(said.spec, 'signOn').client,
    ]),
    ...edges(said.self, 'dependsOn', beside(said.self, '', 'services'), [said.spec.service]),
  ],
  [`SSOClient.${apps}`]: (said) => [
    ...served(said),
    ...edges(said.self, 'dependsOn', beside(said.self, apps, 'routes'), [said.spec.route]),
  ],
  [`Group.${iam}`]: ({ self, spec }) =>
    names(spec.members).map((name) => ({
      from: { group: iam, plural: 'users', name },
      edge: 'memberOf',
      to: self,
    })),
  'Pod.': ({ self, spec }) => [
    ...edges(self, 'runsOn', of('', 'nodes'), [spec.nodeName]),
    ...edges(
      self,
      'dependsOn',
      beside(self, '', 'persistentvolumeclaims'),
      itemsAt(spec, 'volumes').map((volume) => fieldsAt(volume, 'persistentVolumeClaim').claimName),
    ),
  ],
};

/** An integration: its provider serves it. What a provider of another namespace is, its App says. */
function served({ self, spec }: Saying): Edge[] {
  const provider = appAt(spec.providerRef);
  return provider === undefined
    ? []
    : [
        { from: provider, edge: 'provides', to: self },
        { from: self, edge: 'dependsOn', to: provider },
      ];
}

/** An App and a slot of it: what was made for the slot bears the names of both. */
function bindingEdges(self: Named, binding: Fields): Edge[] {
  const provider = appAt(binding.providerRef);
  const kind = kinds.find((known) => known.kind === binding.kind && known.group === apps);
  const { state, name } = binding;
  if (state !== 'Bound' && state !== 'Waiting') return [];
  return [
    ...(provider === undefined ? [] : [{ from: self, edge: 'dependsOn' as const, to: provider }]),
    ...(kind === undefined || typeof name !== 'string'
      ? []
      : edges(self, 'binds', beside(self, apps, kind.plural), [`${self.name}-${name}`])),
  ];
}

/** From what made it. An owner is in the same namespace, or of the whole cluster. */
function ownerEdges(self: EventResource, object: Fields): Edge[] {
  return itemsAt(fieldsAt(object, 'metadata'), 'ownerReferences').flatMap(({ apiVersion, kind, name }) => {
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return [];
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const plural = pluralOf(kind);
    const clusterWide = self.namespace === undefined || isClusterWide(group, plural);
    const from = clusterWide ? { group, plural, name } : { group, plural, namespace: self.namespace, name };
    return [{ from, edge: 'owns' as const, to: self }];
  });
}

/**
 * An owner reference names the kind and not the plural. Kinds are told in the plural as in English; that is also what
 * Kubernetes takes where it knows no better (UnsafeGuessKindToResource).
 */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular === 'endpoints') return singular;
  if (/(s|x|ch|sh)$/.test(singular)) return `${singular}es`;
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

/** What of Kubernetes' own is in no namespace and owns something that is in one. */
const clusterWideOwners = new Set(['nodes.', 'namespaces.', 'persistentvolumes.']);

const isClusterWide = (group: string, plural: string): boolean =>
  clusterWideOwners.has(`${plural}.${group}`) ||
  kinds.some((kind) => kind.group === group && kind.plural === plural && !kind.namespaced);

type Naming = (name: string) => Named;

const of =
  (group: string, plural: string): Naming =>
  (name) => ({ group, plural, name });

const beside =
  ({ namespace }: Named, group: string, plural: string): Naming =>
  (name) => ({ group, plural, namespace, name });

const edges = (from: Named, edge: EdgeName, to: Naming, targets: readonly unknown[]): Edge[] =>
  names(targets).map((name) => ({ from, edge, to: to(name) }));

function appAt(reference: unknown): Named | undefined {
  if (!isFields(reference)) return undefined;
  const { namespace, name } = reference;
  return typeof namespace === 'string' && typeof name === 'string'
    ? { group: apps, plural: 'apps', namespace, name }
    : undefined;
}

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string' && name !== '') : [];

const fieldsAt = (object: Fields, name: string): Fields => {
  const value = object[name];
  return isFields(value) ? value : {};
};

const itemsAt = (object: Fields, name: string): Fields[] => {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};
