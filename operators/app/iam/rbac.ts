const read = ['get', 'list', 'watch'] as const;

/** What the User and Group controllers do with the API, beyond what every controller does. */
export const iamRules = [
  { apiGroups: ['iam.hearth.dev'], resources: ['users'], verbs: [...read, 'patch'] },
  { apiGroups: ['iam.hearth.dev'], resources: ['groups'], verbs: read },
  { apiGroups: ['iam.hearth.dev'], resources: ['users/status', 'groups/status'], verbs: ['patch'] },
  { apiGroups: ['apps.hearth.dev'], resources: ['apps', 'appdefinitions', 'ssoclients'], verbs: read },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: read },
  { apiGroups: [''], resources: ['secrets'], verbs: read },
] as const;
