/** What the Home controller may do. */
export const homeRules = [
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['hearth.dev'], resources: ['homes/status'], verbs: ['patch'] },
  // Where the cluster asks for it of whoever makes what a Home owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: ['hearth.dev'], resources: ['homes/finalizers'], verbs: ['update'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['apps'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: ['cert-manager.io'], resources: ['clusterissuers'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    resourceNames: ['certificates.cert-manager.io'],
    verbs: ['get'],
  },
] as const;
