/** What the Database controller does with the API, beyond what every controller does. */
export const databaseRules = [
  { apiGroups: ['apps.hearth.dev'], resources: ['databases'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['databases/status'], verbs: ['patch'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['databases/finalizers'], verbs: ['update'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['apps', 'appdefinitions'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
] as const;
