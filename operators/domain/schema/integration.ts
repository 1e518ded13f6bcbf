import { z } from 'zod';
import {
  containerPath,
  dnsLabel,
  environment,
  extensionName,
  mapList,
  matching,
  partName,
  pathBeginning,
  requestPath,
  setList,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';
import type { Rule } from './rule.ts';

/**
 * The kinds of things that one app can give another. Whether the kind holds people's data decides
 * what may be rewired without asking; `fields` are the keys of the binding Secret, which are also
 * the names that templates may use.
 */
export const integrationKinds = {
  Database: { data: true, fields: ['host', 'port', 'database', 'username', 'password', 'uri'] },
  Cache: { data: false, fields: ['host', 'port', 'username', 'password', 'prefix', 'uri'] },
  SSOClient: {
    data: false,
    fields: [
      // oidc
      'issuer',
      'clientId',
      'clientSecret',
      'discovery',
      // ldap
      'host',
      'port',
      'uri',
      'baseDN',
      'peopleDN',
      'groupsDN',
      'bindDN',
      'password',
      'filter',
      // forward-auth: the header that names the person
      'userHeader',
    ],
  },
  Route: { data: false, fields: ['url', 'host'] },
  Bucket: { data: true, fields: ['endpoint', 'region', 'bucket', 'accessKey', 'secretKey'] },
  Queue: { data: true, fields: ['host', 'port', 'virtualHost', 'username', 'password', 'uri'] },
  Folder: { data: true, fields: ['path'] },
  Mail: { data: false, fields: ['host', 'port', 'username', 'password', 'from'] },
  Connection: { data: false, fields: ['url', 'apiKey'] },
} as const satisfies Record<string, { readonly data: boolean; readonly fields: readonly string[] }>;

/** A kind of integration. */
export type IntegrationKind = keyof typeof integrationKinds;

/** A range of versions: comparisons that must all hold (`>=13 <17`), or one version and all below it (`15`). */
const versionRange = () =>
  matching(
    64,
    /^((>=|<=|>|<|=)?[0-9]+(\.[0-9]+){0,3})( (>=|<=|>|<|=)?[0-9]+(\.[0-9]+){0,3})*$/,
    'must be a version range, such as 15 or >=13 <17',
  ).meta({ description: 'A version range: comparisons that must all hold, `>=13 <17`.' });

const engine = () => dnsLabel().meta({ description: 'What speaks on the other side: postgresql, redis.' });
/** What an app is to others. */
export const connectionRole = () =>
  matching(
    63,
    /^[a-z][A-Za-z0-9]*$/,
    'must be letters and digits, starting with a lower-case letter, such as downloadClient',
  ).meta({ description: 'What the app is to others: downloadClient, mediaServer.' });
/** A way to single sign-on. */
export const strategy = () => z.enum(['oidc', 'forward-auth', 'ldap']);
/** Whether an app proves that it is the one who asked. */
export const pkce = () =>
  z.enum(['required', 'optional']).meta({
    description:
      'Whether the app must prove itself by PKCE (RFC 7636). Empty: required; optional is for apps that can’t (oidc).',
  });
/** Which fields go with which {@link strategy}: of a slot, and of the SSOClient that is made for it. */
export const strategyRules: Rule[] = [
  {
    rule: "!has(self.strategy) || self.strategy != 'oidc' || (has(self.redirects) && size(self.redirects) > 0)",
    message: 'redirects is missing: name at least one path to which people return after signing in',
  },
  {
    rule: "!has(self.strategy) || self.strategy == 'oidc' || (!has(self.redirects) && !has(self.signOut))",
    message:
      'redirects and signOut go only with strategy oidc: by the others nobody is sent to the app and back',
  },
  {
    rule: "!has(self.strategy) || self.strategy == 'oidc' || !has(self.pkce)",
    message: 'pkce goes only with strategy oidc: by the others no app is given a code',
  },
  {
    rule: "!has(self.strategy) || self.strategy == 'forward-auth' || !has(self.open)",
    message: 'open goes only with strategy forward-auth: by the others the gateway lets every path through',
  },
];
const isolation = () => z.enum(['database', 'role', 'prefix', 'instance']);

/** Scopes of templates that are not slots, so no slot may be called so. */
export const templateScopes: readonly string[] = ['app', 'home', 'settings', 'secret'];

const slot = {
  name: partName().meta({
    rules: [
      {
        rule: `!(self in ${JSON.stringify(templateScopes)})`,
        message:
          'app, home, settings and secret mean something else in templates; give the slot another name',
      },
    ],
  }),
  required: z.boolean().default(false).meta({ description: 'The app can’t run without it.' }),
  compatible: mapList(
    z.object({
      definition: dnsLabel(),
      default: z.boolean().default(false).meta({ description: 'The one to install where none is there.' }),
    }),
    16,
    ['definition'],
  )
    .optional()
    .meta({
      description: 'Definitions of apps that can serve this slot. Empty: any that offers the kind.',
      rules: [
        {
          rule: 'self.filter(one, one.default).size() <= 1',
          message: 'a slot has one default at most: where nothing is installed, which of them is to be?',
        },
      ],
    }),
  env: environment(32).optional().meta({ description: 'Set in every workload once the slot is bound.' }),
};

const dataNeeds = z
  .object({
    engine: engine().optional(),
    version: versionRange().optional(),
    extensions: setList(extensionName(), 32).optional(),
    isolation: isolation().optional(),
  })
  .optional()
  .meta({ description: 'What the provider must offer.' });

/** A slot: what an app can be joined to, and what joining puts into its environment. */
export const integrationSlot = z.discriminatedUnion('kind', [
  z.object({ ...slot, kind: z.literal('Database'), needs: dataNeeds }),
  z.object({ ...slot, kind: z.literal('Cache'), needs: dataNeeds }),
  z
    .object({
      ...slot,
      kind: z.literal('SSOClient'),
      strategy: strategy(),
      redirects: setList(requestPath(255), 16).optional().meta({
        description: 'Paths on the app’s own route to which people return after signing in (oidc).',
      }),
      signOut: requestPath(255)
        .optional()
        .meta({ description: 'The path on the app’s own route that takes back-channel logouts (oidc).' }),
      pkce: pkce().optional(),
      open: setList(pathBeginning(), 16).optional().meta({
        description:
          'Beginnings of paths that are let through without sign-on (forward-auth): APIs with keys of their own.',
      }),
      linking: z.enum(['username', 'email']).optional().meta({
        description:
          'How accounts that exist are joined when sign-on arrives late; without it, it is only offered.',
      }),
    })
    .meta({ rules: strategyRules }),
  z.object({
    ...slot,
    kind: z.literal('Route'),
    workload: partName().optional().meta({ description: 'Empty: the first workload.' }),
    port: partName().meta({ description: 'The workload’s port that people reach.' }),
  }),
  z.object({ ...slot, kind: z.literal('Bucket'), needs: dataNeeds }),
  z.object({ ...slot, kind: z.literal('Queue'), needs: dataNeeds }),
  z.object({ ...slot, kind: z.literal('Folder'), path: containerPath() }),
  z.object({ ...slot, kind: z.literal('Mail') }),
  z.object({ ...slot, kind: z.literal('Connection'), role: connectionRole() }),
]);
/** A slot of an AppDefinition. */
export type Slot = Immutable<z.infer<typeof integrationSlot>>;

const provision = {
  name: partName().default('default').meta({ description: 'Tells several offers of one kind apart.' }),
  workload: partName().optional().meta({ description: 'Whose port it is. Empty: the first workload.' }),
  port: partName().optional().meta({ description: 'The port that consumers connect to.' }),
  admin: z
    .object({
      username: text(63).min(1),
      secret: partName().meta({ description: 'Which of this definition’s secrets is the password.' }),
    })
    .optional()
    .meta({
      description: 'The account with which Hearth makes databases, users and clients. It stays with Hearth.',
    }),
};

const dataOffer = {
  engine: engine(),
  version: matching(32, /^[0-9]+(\.[0-9]+){0,3}$/, 'must be a version in numbers, such as 15.3').optional(),
  extensions: setList(extensionName(), 128).optional(),
  isolation: setList(isolation(), 4).optional().meta({ description: 'How tenants can be kept apart.' }),
};

/** What an app offers to others. */
export const provides = z.discriminatedUnion('kind', [
  z.object({ ...provision, ...dataOffer, kind: z.literal('Database') }),
  z.object({ ...provision, ...dataOffer, kind: z.literal('Cache') }),
  z.object({
    ...provision,
    kind: z.literal('SSOClient'),
    strategies: setList(strategy(), 3),
    api: z.enum(['hearth', 'keycloak', 'authentik', 'openldap']).default('hearth').meta({
      description: 'The interface by which clients and people are made in it.',
    }),
  }),
  z.object({
    ...provision,
    kind: z.literal('Route'),
    ingressClass: dnsLabel().optional().meta({ description: 'The class that this gateway watches.' }),
  }),
  z.object({ ...provision, ...dataOffer, kind: z.literal('Bucket') }),
  z.object({ ...provision, ...dataOffer, kind: z.literal('Queue') }),
  z.object({ ...provision, kind: z.literal('Folder'), path: containerPath() }),
  z.object({ ...provision, kind: z.literal('Mail') }),
  z.object({
    ...provision,
    kind: z.literal('Connection'),
    role: connectionRole(),
    scheme: z
      .enum(['http', 'https', 'ldap', 'tcp'])
      .default('http')
      .meta({ description: 'How its URL begins.' }),
    apiKey: partName().optional().meta({ description: 'Which of this definition’s secrets is the key.' }),
  }),
]);
/** One offer of an AppDefinition. */
export type Provision = Immutable<z.infer<typeof provides>>;
