import { databaseRules } from './database/rbac.ts';
import { homeRules } from './home/rbac.ts';
import { routeRules } from './route/rbac.ts';

/** What the App slice may do in the cluster: no more than its controllers use. */
export const rules = [
  {
    apiGroups: ['apps.hearth.dev'],
    resources: ['apps', 'plans', 'databases', 'routes'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
  },
  { apiGroups: ['apps.hearth.dev'], resources: ['appdefinitions'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['apps.hearth.dev'],
    resources: ['apps/status', 'plans/status', 'appdefinitions/status', 'apps/finalizers', 'plans/finalizers'],
    verbs: ['patch', 'update'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: [''],
    resources: ['services', 'serviceaccounts', 'persistentvolumeclaims', 'secrets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['policy'],
    resources: ['poddisruptionbudgets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  ...databaseRules,
  ...routeRules,
  ...homeRules,
] as const;
