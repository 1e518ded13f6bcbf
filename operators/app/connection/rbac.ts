const read = ['get', 'list', 'watch'] as const;

/** What the Connection controller may do. */
export const connectionRules = [
  { apiGroups: ['apps.hearth.dev'], resources: ['connections', 'apps', 'appdefinitions'], verbs: read },
  { apiGroups: ['apps.hearth.dev'], resources: ['connections/status'], verbs: ['patch'] },
  // Where the cluster asks for it of whoever makes what a Connection owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: ['apps.hearth.dev'], resources: ['connections/finalizers'], verbs: ['update'] },
  { apiGroups: [''], resources: ['secrets'], verbs: [...read, 'create', 'patch', 'delete'] },
] as const;
