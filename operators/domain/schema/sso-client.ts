import { z } from 'zod';
import {
  commonStatus,
  dnsLabel,
  dnsName,
  mapList,
  pathBeginning,
  providerRef,
  requestPath,
  setList,
  text,
} from './fields.ts';
import { pkce, strategy, strategyRules } from './integration.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const ssoClientSpec = z
  .object({
    providerRef: providerRef(),
    optional: z.boolean().optional().meta({
      description:
        'Whether there is nothing to wait for as long as the App of providerRef has not been there: the client comes when it does.',
    }),
    strategy: strategy().meta({
      rules: [
        {
          rule: 'self == oldSelf',
          message: 'strategy can’t change: make another SSOClient, and remove this one',
        },
      ],
    }),
    route: dnsLabel()
      .optional()
      .meta({ description: 'The Route of this namespace by which people reach the app.' }),
    redirects: setList(requestPath(255), 16)
      .optional()
      .meta({ description: 'Paths on the route to which people return after signing in (oidc).' }),
    signOut: requestPath(255)
      .optional()
      .meta({ description: 'The path on the route that takes back-channel logouts (oidc).' }),
    pkce: pkce().optional(),
    open: setList(pathBeginning(), 16).optional().meta({
      description:
        'Beginnings of paths that are let through without sign-on (forward-auth): APIs with keys of their own.',
    }),
    access: z
      .object({ groups: setList(dnsLabel(), 32) })
      .optional()
      .meta({ description: 'Groups that may enter. Empty: everyone in the home.' }),
    title: text(80).optional().meta({ description: 'What people call the app. Empty: the name.' }),
    secretName: dnsName().optional().meta({ description: 'Where the binding goes. Empty: NAME-binding.' }),
    rotation: text(64).optional().meta({
      description:
        'Any text; when it changes, a new secret is made, and the old one goes when none runs on it.',
    }),
  })
  .meta({
    rules: [
      {
        rule: "self.strategy == 'ldap' || has(self.route)",
        message: 'route is missing: people sign in to an app by the Route on which they reach it',
      },
      ...strategyRules,
    ],
  });

/** How many former providers an SSOClient's status names at most. */
export const mostLeaving = 8;

const ssoClientStatus = z.object({
  ...commonStatus,
  clientId: text(255).optional(),
  provider: providerRef()
    .optional()
    .meta({ description: 'Where the client is: it moves when providerRef does.' }),
  leaving: mapList(providerRef(), mostLeaving, ['namespace', 'name'])
    .optional()
    .meta({ description: 'Where it was before, and is until nobody signs in by it any more.' }),
  middleware: text(253)
    .optional()
    .meta({ description: 'What asks for sign-on before a request reaches the app (forward-auth).' }),
  binding: z
    .object({ name: text(253) })
    .optional()
    .meta({ description: 'The binding Secret (servicebinding.io).' }),
  bindingHash: text(64)
    .optional()
    .meta({ description: 'A keyed digest of the binding; it changes when the binding does.' }),
  rotation: text(64).optional().meta({ description: 'The rotation that the binding’s secret is of.' }),
});

/** An app's place with an identity provider: who enters it signs in there. */
export const SSOClient = defineKind({
  group: 'apps.hearth.dev',
  kind: 'SSOClient',
  plural: 'ssoclients',
  shortNames: ['sso'],
  namespaced: true,
  description: 'An app’s place with an identity provider: who enters the app signs in there.',
  spec: ssoClientSpec,
  status: ssoClientStatus,
  columns: [
    { name: 'Provider', type: 'string', path: '.spec.providerRef.name', description: 'Who signs people in.' },
    { name: 'Strategy', type: 'string', path: '.spec.strategy', description: 'How.' },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it works.',
    },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it waits for.',
      priority: 1,
    },
  ],
});
export type SSOClient = ResourceOf<typeof SSOClient>;
