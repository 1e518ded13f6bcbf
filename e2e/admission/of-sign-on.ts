import type { AdmissionCase } from './case.ts';

const redirectsMissing =
  'redirects is missing: name at least one path to which people return after signing in';
const redirectsStray =
  'redirects and signOut go only with strategy oidc: by the others nobody is sent to the app and back';
const openStray =
  'open goes only with strategy forward-auth: by the others the gateway lets every path through';
const beginning =
  'must be the beginning of a path, such as /api/, in characters that a URL has as they are; not / alone';

const route = { name: 'route', kind: 'Route', port: 'http' };
/** A definition with one slot for sign-on beside its Route. */
const slot = (sso: object) => ({
  spec: { integrations: [route, { name: 'sso', kind: 'SSOClient', ...sso }] },
});

/** Bad slots for sign-on, SSOClients, Connections, Users and Groups, and what a Home and a Route say of sign-on. */
export const ofSignOn: readonly AdmissionCase[] = [
  {
    wrong: 'sign-on by oidc without a path to return to',
    kind: 'AppDefinition',
    change: slot({ strategy: 'oidc' }),
    field: 'spec.integrations[1]',
    says: redirectsMissing,
  },
  {
    wrong: 'open paths of an app that asks for sign-on itself',
    kind: 'AppDefinition',
    change: slot({ strategy: 'oidc', redirects: ['/callback'], open: ['/api/'] }),
    field: 'spec.integrations[1]',
    says: openStray,
  },
  {
    wrong: 'sign-on for an app without an address',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'forward-auth' }] } },
    field: 'spec.integrations',
    says: 'an SSOClient slot needs a Route slot beside it: people sign in to an app by its address',
  },
  {
    wrong: 'a template that names what a home doesn’t have',
    kind: 'AppDefinition',
    change: {
      spec: { workloads: [{ name: 'app', env: { CA: '${home.certificate}' } }], integrations: null },
    },
    field: 'spec.workloads',
    says:
      'an env of spec.workloads names a name of the home that there isn’t; there are home.domain, home.caFile and ' +
      'home.caDir',
  },
  {
    wrong: 'an SSOClient of an app that has no address',
    kind: 'SSOClient',
    change: { spec: { route: null } },
    field: 'spec',
    says: 'route is missing: people sign in to an app by the Route on which they reach it',
  },
  {
    wrong: 'an SSOClient by oidc without a path to return to',
    kind: 'SSOClient',
    change: { spec: { redirects: null } },
    field: 'spec',
    says: redirectsMissing,
  },
  {
    wrong: 'a redirect that is a URL',
    kind: 'SSOClient',
    change: { spec: { redirects: ['https://evil.example/callback'] } },
    field: 'spec.redirects[0]',
    says: 'must be a path that starts with / and has no spaces in it; never a URL',
  },
  {
    wrong: 'redirects where nobody is redirected',
    kind: 'SSOClient',
    change: { spec: { strategy: 'forward-auth' } },
    field: 'spec',
    says: redirectsStray,
  },
  {
    wrong: 'a proof for a code that nobody is given',
    kind: 'SSOClient',
    change: { spec: { strategy: 'forward-auth', redirects: null, pkce: 'optional' } },
    field: 'spec',
    says: 'pkce goes only with strategy oidc: by the others no app is given a code',
  },
  {
    wrong: 'an open path that would be a rule of the gateway’s own',
    kind: 'SSOClient',
    change: { spec: { strategy: 'forward-auth', redirects: null, open: ['/`) || Host(`evil.example'] } },
    field: 'spec.open[0]',
    says: beginning,
  },
  {
    wrong: 'every path open',
    kind: 'SSOClient',
    change: { spec: { strategy: 'forward-auth', redirects: null, open: ['/'] } },
    field: 'spec.open[0]',
    says: beginning,
  },
  {
    wrong: 'another strategy than before',
    kind: 'SSOClient',
    update: true,
    change: { spec: { strategy: 'ldap', redirects: null } },
    field: 'spec.strategy',
    says: 'strategy can’t change: make another SSOClient, and remove this one',
  },
  {
    wrong: 'a strategy that there isn’t',
    kind: 'SSOClient',
    change: { spec: { strategy: 'saml' } },
    field: 'spec.strategy',
    says: 'Unsupported value: "saml": supported values: "oidc", "forward-auth", "ldap"',
  },
  {
    wrong: 'a Connection as nothing that an app is',
    kind: 'Connection',
    change: { spec: { role: 'Download Client' } },
    field: 'spec.role',
    says: 'must be letters and digits, starting with a lower-case letter, such as downloadClient',
  },
  {
    wrong: 'a user’s name that is an address',
    kind: 'User',
    change: { metadata: { name: 'anna.example.org' } },
    field: 'metadata.name',
    says:
      'a user’s name is at most 32 lower-case letters, digits and hyphens, starting with a letter and not ending in a ' +
      'hyphen: apps know people by it',
  },
  {
    wrong: 'an e-mail address that is none',
    kind: 'User',
    change: { spec: { email: 'anna' } },
    field: 'spec.email',
    says: 'must be an e-mail address, such as anna@example.org',
  },
  {
    wrong: 'a password for a person',
    kind: 'User',
    change: { spec: { password: 'hunter2' } },
    field: 'spec.password',
    says: 'unknown field "spec.password"',
  },
  {
    wrong: 'a member that can’t be a user',
    kind: 'Group',
    change: { spec: { members: ['Anna Example'] } },
    field: 'spec.members[0]',
    says: 'must be lower-case letters, digits and hyphens, with a letter or digit at each end',
  },
  {
    wrong: 'a group’s name that begins with a digit',
    kind: 'Group',
    change: { metadata: { name: '1st-floor' } },
    field: 'metadata.name',
    says: 'a group’s name is at most 32 lower-case letters, digits and hyphens, starting with a letter',
  },
  {
    wrong: 'a home’s identity provider that not all may use',
    kind: 'Home',
    change: { spec: { signOn: { providerRef: { namespace: 'home', name: 'keycloak' } } } },
    field: 'spec.signOn.providerRef',
    says: 'the home’s identity provider must be an App in hearth-providers: only those serve every namespace',
  },
  {
    wrong: 'sign-on to a route by what is no name',
    kind: 'Route',
    change: { spec: { signOn: { client: 'default/rss-sso' } } },
    field: 'spec.signOn.client',
    says: 'must be lower-case letters, digits and hyphens, with a letter or digit at each end',
  },
];
