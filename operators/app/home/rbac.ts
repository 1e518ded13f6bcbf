/** What the Home controller may do. */
export const homeRules = [
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['hearth.dev'], resources: ['homes/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: ['cert-manager.io'], resources: ['clusterissuers'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    resourceNames: ['certificates.cert-manager.io'],
    verbs: ['get'],
  },
] as const;
