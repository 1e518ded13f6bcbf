/** What every process of operators may do, whatever its controllers are: hold its lease, and tell people what happened. */
export const rules = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'create', 'update'],
    namespace: 'own',
  },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
] as const;
