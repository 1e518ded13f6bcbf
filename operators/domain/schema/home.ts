import { z } from 'zod';
import {
  commonStatus,
  dnsLabel,
  dnsName,
  exposure,
  image,
  mapList,
  matching,
  PROVIDERS_NAMESPACE,
  port,
  providerRef,
  text,
} from './fields.ts';
import { defineKind, type ResourceOf } from './kind.ts';

/** Where the certificates of the home's routes come from. */
const certificateIssuer = z
  .discriminatedUnion('type', [
    z.object({
      type: z
        .literal('LocalCA')
        .meta({ description: 'An authority of this home alone, limited to its domain.' }),
    }),
    z.object({
      type: z.literal('CertManager').meta({ description: 'cert-manager, for instance with ACME DNS-01.' }),
      name: dnsName().meta({ description: 'The issuer.' }),
      issuerKind: z.enum(['ClusterIssuer', 'Issuer']).default('ClusterIssuer'),
    }),
  ])
  .meta({ description: 'Where the certificates of routes come from.' });

/** A way to reach the people of the home when something needs them. */
const channel = z.discriminatedUnion('type', [
  z.object({
    name: dnsLabel(),
    type: z.literal('ntfy'),
    url: z.url().max(512),
    tokenSecret: dnsLabel().optional(),
  }),
  z.object({
    name: dnsLabel(),
    type: z.literal('webhook'),
    url: z.url().max(512),
    tokenSecret: dnsLabel().optional(),
  }),
  z.object({
    name: dnsLabel(),
    type: z.literal('mail'),
    to: z.email().max(254),
    relaySecret: dnsLabel().meta({
      description: 'A Secret in hearth-system: host, port, username, password, from.',
    }),
  }),
]);

const imageOverride = z.object({
  name: image().meta({
    description:
      'An image as the catalogue names it; or, ending in `/`, the beginning of many (a registry mirror).',
  }),
  image: image().meta({ description: 'What to pull instead; for a beginning, what stands in its place.' }),
});

/** Where the people of the home sign in. */
const signOn = z
  .object({
    providerRef: providerRef()
      .optional()
      .meta({
        description:
          'The identity provider of every app that names none itself and that it can serve. Another one moves them ' +
          'there, one app at a time: those whose definition says how accounts are linked; to the rest it is offered.',
        rules: [
          {
            rule: `self.namespace == '${PROVIDERS_NAMESPACE}'`,
            message: `the home’s identity provider must be an App in ${PROVIDERS_NAMESPACE}: only those serve every namespace`,
          },
        ],
      }),
  })
  .meta({ description: 'How people sign in to apps.' });

const homeSpec = z.object({
  id: dnsLabel()
    .optional()
    .meta({
      description:
        'Marks what this home owns in databases outside the cluster. Empty: the uid of this resource. ' +
        'Set it to the old one when you build a home anew, so that it knows its own data again.',
      rules: [
        { rule: 'self == oldSelf', message: 'id can’t change: data outside the cluster is marked with it' },
      ],
    }),
  domain: dnsName().meta({
    description: 'Every app is at HOST.DOMAIN, inside the cluster and outside.',
    rules: [
      {
        rule: "!self.matches('^[0-9.]+$')",
        message: 'must be a domain, such as hearth.home.arpa, and not an address',
      },
      {
        rule: "!self.matches('(^|[.])localhost$')",
        message: 'names under localhost mean each pod itself; choose a domain such as hearth.home.arpa',
      },
    ],
  }),
  httpsPort: port().default(443).meta({ description: 'The port that browsers and pods use for every app.' }),
  timeZone: matching(64, /^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be an IANA time zone, such as Europe/Madrid')
    .default('UTC')
    .meta({ description: 'IANA time zone of the people who live here; TZ in every app.' }),
  certificateIssuer: certificateIssuer.default({ type: 'LocalCA' }),
  storageClass: dnsName()
    .optional()
    .meta({ description: 'For volumes that apps ask for; empty: the cluster’s default.' }),
  imageOverrides: mapList(imageOverride, 256).optional().meta({
    description: 'Other images than the catalogue’s: an air-gapped home, a mirror, a build of one’s own.',
  }),
  exposure: exposure().default('lan').meta({ description: 'For apps that don’t say.' }),
  signOn: signOn.optional(),
  notifications: mapList(channel, 16)
    .optional()
    .meta({
      description:
        'Where the people of the home are told that something needs them. Not acted on yet. What must stay secret ' +
        'goes into a Secret.',
    }),
});

const homeStatus = z.object({
  ...commonStatus,
  id: text(63).optional().meta({ description: 'The mark in use: spec.id, or the uid.' }),
  certificateAuthority: text(8192).optional().meta({
    description: 'The local authority’s certificate (PEM), for phones and laptops to trust.',
  }),
});

/** The home: what all its apps have in common. */
export const Home = defineKind({
  group: 'hearth.dev',
  kind: 'Home',
  plural: 'homes',
  shortNames: [],
  namespaced: false,
  description: 'What all apps of this home have in common. There is one, and its name is home.',
  spec: homeSpec,
  status: homeStatus,
  columns: [
    { name: 'Domain', type: 'string', path: '.spec.domain', description: 'The domain of every app.' },
    {
      name: 'Certificates',
      type: 'string',
      path: '.spec.certificateIssuer.type',
      description: 'Who issues them.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it is in order.',
    },
  ],
  rules: [
    {
      rule: "self.metadata.name == 'home'",
      message: 'a cluster has one Home, and its name is home',
      fieldPath: '.metadata.name',
    },
    {
      rule: 'has(self.spec.id) == has(oldSelf.spec.id)',
      message: 'id can’t change: data outside the cluster is marked with it',
      fieldPath: '.spec.id',
    },
  ],
});
export type Home = ResourceOf<typeof Home>;
