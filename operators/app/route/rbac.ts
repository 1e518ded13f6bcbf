const write = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;
const read = ['get', 'list', 'watch'] as const;

/** What the Route controller may do. */
export const routeRules = [
  {
    apiGroups: ['apps.hearth.dev'],
    resources: ['routes', 'ssoclients', 'apps', 'appdefinitions'],
    verbs: read,
  },
  { apiGroups: ['apps.hearth.dev'], resources: ['routes/status'], verbs: ['patch'] },
  // Where the cluster asks for it of whoever makes what a Route owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: ['apps.hearth.dev'], resources: ['routes/finalizers'], verbs: ['update'] },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: read },
  { apiGroups: [''], resources: ['secrets'], verbs: write },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  { apiGroups: ['traefik.io'], resources: ['ingressroutes', 'middlewares'], verbs: write },
  { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: write },
] as const;
