import type { Kind, Resource } from '@hearth/runtime';

/** What a Role lets somebody do. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Rights in one namespace. */
export interface RoleObject extends Resource {
  readonly rules?: readonly PolicyRule[];
}
/** Roles. */
export const Role: Kind<RoleObject> = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
};

/** Who has the rights of a Role. */
export interface RoleBindingObject extends Resource {
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}
/** RoleBindings. */
export const RoleBinding: Kind<RoleBindingObject> = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
};
