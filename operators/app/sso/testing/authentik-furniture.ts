import type { CertificateKeyPair, Flow, ScopeMapping } from '@goauthentik/api';

const models = { component: '', verboseName: '', verboseNamePlural: '', metaModelName: '' };
/** What Authentik fills in of a provider. */
export const providerFurniture = {
  ...models,
  assignedApplicationSlug: null,
  assignedApplicationName: null,
  assignedBackchannelApplicationSlug: null,
  assignedBackchannelApplicationName: null,
};
/** What it fills in of an application. */
export const applicationFurniture = {
  providerObj: null,
  backchannelProvidersObj: [],
  launchUrl: null,
  metaIconUrl: null,
  metaIconThemedUrls: null,
};
/** What it fills in of a group. */
export const groupFurniture = {
  parentsObj: null,
  usersObj: null,
  rolesObj: [],
  inheritedRolesObj: null,
  children: [],
  childrenObj: null,
};
/** What it fills in of a user. */
export const userFurniture = {
  dateJoined: new Date(0),
  isSuperuser: false,
  groupsObj: null,
  rolesObj: null,
  avatar: '',
  passwordChangeDate: new Date(0),
  lastUpdated: new Date(0),
};
/** The flows that it comes with, as far as they are asked for. */
export const flows: Flow[] = [
  'default-provider-authorization-implicit-consent',
  'default-provider-invalidation-flow',
].map((slug) => ({
  pk: `pk-of-${slug}`,
  policybindingmodelPtrId: '',
  name: slug,
  slug,
  title: slug,
  designation: 'authorization',
  backgroundUrl: '',
  backgroundThemedUrls: null,
  stages: [],
  policies: [],
  cacheCount: 0,
  exportUrl: '',
}));
/** The key that it comes with. */
export const keyPairs: CertificateKeyPair[] = [
  {
    pk: 'pk-of-the-key',
    name: 'authentik Self-signed Certificate',
    fingerprintSha256: null,
    fingerprintSha1: null,
    certExpiry: null,
    certSubject: null,
    privateKeyAvailable: true,
    keyType: null,
    certificateDownloadUrl: '',
    privateKeyDownloadUrl: '',
    managed: null,
  },
];
/** The scopes that it comes with. */
export const mappings: ScopeMapping[] = ['openid', 'email', 'profile', 'offline_access'].map((scopeName) => ({
  ...models,
  pk: `pk-of-${scopeName}`,
  managed: `goauthentik.io/providers/oauth2/scope-${scopeName}`,
  name: scopeName,
  expression: '',
  scopeName,
}));
