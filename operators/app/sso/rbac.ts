const write = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;
const read = ['get', 'list', 'watch'] as const;

/** What the SSOClient controller does with the API, beyond what every controller does. */
export const ssoRules = [
  { apiGroups: ['apps.hearth.dev'], resources: ['ssoclients'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['ssoclients/status'], verbs: ['patch'] },
  // Where the cluster asks for it of whoever makes what an SSOClient owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: ['apps.hearth.dev'], resources: ['ssoclients/finalizers'], verbs: ['update'] },
  {
    apiGroups: ['apps.hearth.dev'],
    resources: ['apps', 'appdefinitions', 'routes', 'connections'],
    verbs: read,
  },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: read },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  { apiGroups: [''], resources: ['secrets'], verbs: write },
  { apiGroups: ['traefik.io'], resources: ['middlewares'], verbs: write },
] as const;
