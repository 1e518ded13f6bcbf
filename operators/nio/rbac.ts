import { keysName } from './keys/keys.ts';
import { machinesNamespace as namespace } from './names.ts';

const read = ['get', 'list', 'watch'] as const;
const keep = [...read, 'create', 'patch'] as const;
const write = [...keep, 'delete'] as const;

const group = 'nio.hearth.dev';

/**
 * What NIO may do: in the namespace of the machines, and next to nothing outside. All that it gives the agent of a
 * machine it has itself, so it needs no right to give what it has not (escalate, bind).
 */
export const rules = [
  // Deleted is who calls, is never approved and falls silent, where there is no more room.
  { apiGroups: [group], resources: ['machines'], verbs: write, namespace },
  { apiGroups: [group], resources: ['nixosconfigurations'], verbs: [...read, 'patch'], namespace },
  {
    apiGroups: [group],
    resources: ['machines/status', 'nixosconfigurations/status'],
    verbs: ['patch'],
    namespace,
  },
  // Where the cluster asks for it of whoever makes what a Machine owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: [group], resources: ['machines/finalizers'], verbs: ['update'], namespace },
  { apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: write, namespace },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'], namespace },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...write, 'update'], namespace },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings'],
    verbs: write,
    namespace,
  },
  // NIO's own keys, made once.
  { apiGroups: [''], resources: ['secrets'], resourceNames: [keysName], verbs: ['get'], namespace: 'own' },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'], namespace: 'own' },
  // Where the API server itself is.
  {
    apiGroups: ['discovery.k8s.io'],
    resources: ['endpointslices'],
    resourceNames: ['kubernetes'],
    verbs: ['get'],
    namespace: 'default',
  },
  // The home's time zone is that of its schedules.
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: read },
] as const;
