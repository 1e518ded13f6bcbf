import type { Machine } from '@hearth/domain';
import {
  type Immutable,
  Lease,
  type LeaseObject,
  ServiceAccount,
  type ServiceAccountObject,
} from '@hearth/runtime';
import { type PolicyRule, Role, RoleBinding, type RoleBindingObject, type RoleObject } from '../kinds.ts';
import { accountName, filesSecretName, labels, manager } from '../names.ts';

/** How long a machine may be silent before it counts as lost, in seconds: three heartbeats, and some for their jitter. */
export const SILENCE_SECONDS = 100;

/**
 * What the agent of a machine may do: read its own Machine and write its status (an admission policy keeps it to
 * `status.agent`), keep its own Lease, read the one Secret that is for it, and renew its own token. Each by name.
 */
const rulesOf = (machine: string): readonly PolicyRule[] => {
  const ofAccount = [accountName(machine)];
  return [
    {
      apiGroups: ['nio.hearth.dev'],
      resources: ['machines'],
      resourceNames: [machine],
      verbs: ['get', 'list', 'watch'],
    },
    {
      apiGroups: ['nio.hearth.dev'],
      resources: ['machines/status'],
      resourceNames: [machine],
      verbs: ['patch'],
    },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ofAccount,
      verbs: ['get', 'patch', 'update'],
    },
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: [filesSecretName(machine)],
      verbs: ['get', 'list', 'watch'],
    },
    {
      apiGroups: [''],
      resources: ['serviceaccounts/token'],
      resourceNames: ofAccount,
      verbs: ['create'],
    },
  ];
};

const rbac = 'rbac.authorization.k8s.io';

/** What lets the agent of a machine in: its account, its rights, and the Lease that it keeps. */
export interface Access {
  readonly account: ServiceAccountObject;
  readonly role: RoleObject;
  readonly binding: RoleBindingObject;
  readonly lease: LeaseObject;
}

/** The access of a machine's agent. */
export function accessOf({ metadata }: Immutable<Machine>): Access {
  const name = accountName(metadata.name);
  const { namespace = '' } = metadata;
  const meta = { name, namespace, labels: { [labels.managedBy]: manager } };
  return {
    account: {
      apiVersion: ServiceAccount.apiVersion,
      kind: ServiceAccount.kind,
      metadata: meta,
      automountServiceAccountToken: false,
    },
    role: { apiVersion: Role.apiVersion, kind: Role.kind, metadata: meta, rules: rulesOf(metadata.name) },
    binding: {
      apiVersion: RoleBinding.apiVersion,
      kind: RoleBinding.kind,
      metadata: meta,
      roleRef: { apiGroup: rbac, kind: Role.kind, name },
      subjects: [{ kind: ServiceAccount.kind, name, namespace }],
    },
    lease: { apiVersion: Lease.apiVersion, kind: Lease.kind, metadata: meta },
  };
}
