import { connectionRules } from './connection/rbac.ts';
import { databaseRules } from './database/rbac.ts';
import { homeRules } from './home/rbac.ts';
import { iamRules } from './iam/rbac.ts';
import { routeRules } from './route/rbac.ts';
import { ssoRules } from './sso/rbac.ts';

const read = ['get', 'list', 'watch'] as const;
const keep = [...read, 'create', 'patch'] as const;
const write = [...keep, 'delete'] as const;

/** What an App makes to be joined to others. */
const integrations = ['databases', 'routes', 'ssoclients', 'connections'] as const;

/** What the App slice may do in the cluster: no more than its controllers use. */
export const rules = [
  { apiGroups: ['apps.hearth.dev'], resources: ['apps'], verbs: keep },
  { apiGroups: ['apps.hearth.dev'], resources: ['plans', ...integrations], verbs: write },
  { apiGroups: ['apps.hearth.dev'], resources: ['appdefinitions'], verbs: read },
  { apiGroups: ['hearth.dev'], resources: ['homes'], verbs: read },
  {
    apiGroups: ['apps.hearth.dev'],
    resources: ['apps/status', 'plans/status', 'appdefinitions/status'],
    verbs: ['patch'],
  },
  // Where the cluster asks for it of whoever makes what an App owns (OwnerReferencesPermissionEnforcement).
  { apiGroups: ['apps.hearth.dev'], resources: ['apps/finalizers'], verbs: ['update'] },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: write },
  { apiGroups: [''], resources: ['services', 'persistentvolumeclaims', 'secrets'], verbs: write },
  // What bears the App's name goes with the App, and never before. But a former App of that name may have left it.
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: write },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: write },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: write },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: write },
  { apiGroups: [''], resources: ['pods', 'nodes'], verbs: read },
  ...databaseRules,
  ...connectionRules,
  ...routeRules,
  ...ssoRules,
  ...homeRules,
  ...iamRules,
] as const;
