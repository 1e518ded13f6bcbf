import { z } from 'zod';
import {
  boundedRecord,
  commonStatus,
  deletionPolicy,
  dnsLabel,
  dnsName,
  exposure,
  mapList,
  matching,
  partName,
  port,
  providerRef,
  quantity,
  relativeHost,
  reservedHosts,
  scalar,
  setList,
  settingName,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const volume = z
  .object({
    name: partName(),
    size: quantity().optional(),
    existingClaim: dnsName().optional().meta({ description: 'A PersistentVolumeClaim of one’s own.' }),
  })
  .meta({
    rules: [
      {
        rule: 'has(self.size) != has(self.existingClaim)',
        message: 'a volume takes either a size or an existingClaim',
      },
    ],
  });

const choice = z
  .object({
    name: partName().meta({ description: 'The slot of the definition.' }),
    providerRef: providerRef().optional(),
    mode: z.enum(['Auto', 'Off']).default('Auto').meta({ description: 'Off: leave this slot alone.' }),
  })
  .meta({
    rules: [
      {
        rule: "self.mode != 'Off' || !has(self.providerRef)",
        message: 'an integration that is Off has no providerRef; remove one of the two',
      },
    ],
  });

const external = z.object({
  host: dnsName().meta({ description: 'Where it answers: a DNS name or an address.' }),
  ports: mapList(z.object({ name: partName(), port: port() }), 8).optional(),
  credentialsSecret: dnsName().optional().meta({
    description: 'A Secret in this namespace: username and password, or what the definition’s offer needs.',
  }),
});

const share = z.object({
  namespaces: setList(z.union([z.literal('*'), dnsLabel()]), 64).meta({
    description:
      'Who may use what this App provides; `*` is every namespace. It counts in hearth-providers only.',
  }),
});

const upgrade = z.object({
  policy: z
    .enum(['Hold', 'Auto'])
    .default('Hold')
    .meta({
      description:
        'Hold: what runs stays until spec.version says otherwise. Auto: spec.version is the floor, and newer ' +
        'versions are taken by themselves. Not acted on yet beyond the floor: no newer version is taken.',
    }),
  schedule: matching(
    64,
    /^[0-9*,/-]+( [0-9*,/-]+){4}$/,
    'must be five fields as cron writes them, such as 0 4 * * 0 for Sundays at four',
  )
    .optional()
    .meta({
      description: 'When it may happen, as cron writes it, in the home’s time zone. Not acted on yet.',
    }),
});

const appSpec = z
  .object({
    definition: dnsLabel().meta({
      description: 'The AppDefinition to install.',
      rules: [
        {
          rule: 'self == oldSelf',
          message: 'definition can’t change: install the other app beside this one, then remove this one',
        },
      ],
    }),
    version: text(64).min(1).optional().meta({
      description:
        'A pin. With upgrade.policy Auto it is the floor. Empty: the newest at the time of installation.',
    }),
    host: relativeHost()
      .optional()
      .meta({ description: 'Relative to the home’s domain. Empty: the App’s name.' }),
    exposure: exposure().optional().meta({ description: 'Empty: as the home says.' }),
    access: z
      .object({ groups: setList(dnsLabel(), 32) })
      .optional()
      .meta({
        description:
          'Who may enter. Empty: everyone in the home. It takes single sign-on: without it only the app’s own sign-on ' +
          'decides.',
      }),
    settings: boundedRecord(settingName(), scalar(), 64).optional().meta({
      description: 'Values for the definition’s settings: text, numbers, true or false.',
      keysCheckedBy: 'controller',
    }),
    volumes: mapList(volume, 16).optional(),
    integrations: mapList(choice, 16)
      .optional()
      .meta({ description: 'Choices; what isn’t named is resolved.' }),
    external: external.optional().meta({ description: 'It runs elsewhere; Hearth only wires it.' }),
    share: share.optional(),
    approval: z.enum(['Automatic', 'Manual']).default('Automatic').meta({
      description: 'Manual: nothing changes until approvedPlan names the plan.',
    }),
    approvedPlan: matching(
      63,
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/,
      'must be the hash of a Plan, or its name',
    )
      .default('')
      .meta({ description: 'The hash (ten characters) or the name of a Plan.' }),
    upgrade: upgrade.default({ policy: 'Hold' }),
    deletion: deletionPolicy(),
  })
  .meta({
    rules: [
      {
        rule: '!has(self.external) || !has(self.volumes)',
        message: 'an external App has no volumes: its data is where it runs',
      },
      {
        rule: 'has(self.external) == has(oldSelf.external)',
        message: 'an App can’t become external, or stop being so: make another App and move the data',
      },
    ],
  });
export type AppSpec = Immutable<z.infer<typeof appSpec>>;

const binding = z.object({
  name: partName(),
  kind: text(63),
  state: z.enum(['Bound', 'Waiting', 'Off', 'Unbound']),
  providerRef: providerRef().optional(),
  secretName: text(253).optional(),
  hash: text(64)
    .optional()
    .meta({ description: 'A keyed digest of the binding; it changes when the binding does.' }),
  rewiring: z
    .object({ from: providerRef().optional().meta({ description: 'What it was joined to before.' }) })
    .optional()
    .meta({
      description: 'An app that worked is being joined to this provider; gone once it works with it.',
    }),
});

const offer = z.object({
  name: partName(),
  providers: mapList(providerRef(), 16, ['namespace', 'name']),
  message: text(512),
});

/** How many of the Apps that use it an App names in its status; there may be more. */
export const mostRequiredBy = 512;

const appStatus = z.object({
  ...commonStatus,
  plan: text(253).optional().meta({ description: 'The Plan that is carried out, or waits for approval.' }),
  version: text(64).optional().meta({ description: 'The version that runs.' }),
  url: text(512).optional(),
  bindings: mapList(binding, 16).optional(),
  offers: mapList(offer, 16).optional().meta({
    description: 'Providers that could serve an empty slot, if its person says so.',
  }),
  requiredBy: mapList(providerRef(), mostRequiredBy, ['namespace', 'name'])
    .optional()
    .meta({
      description: `The Apps that use this one, or the first ${mostRequiredBy} of them by name.`,
    }),
  secrets: setList(partName(), 16).optional().meta({
    description: 'The generated secrets that it runs with and that can’t be made anew.',
  }),
  configured: text(64)
    .optional()
    .meta({ description: 'A digest of the postStart steps that were carried out.' }),
});
/** What an App's status says. */
export type AppStatus = Immutable<z.infer<typeof appStatus>>;

/** How long an App's name may be: its parts are named after it. */
export const longestAppName = 36;

/** One installed app. */
export const App = defineKind({
  group: 'apps.hearth.dev',
  kind: 'App',
  plural: 'apps',
  shortNames: [],
  namespaced: true,
  description: 'One installed app, with everything that it needs.',
  spec: appSpec,
  status: appStatus,
  columns: [
    { name: 'Definition', type: 'string', path: '.spec.definition', description: 'What is installed.' },
    { name: 'Version', type: 'string', path: '.status.version', description: 'The version that runs.' },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it works.',
    },
    { name: 'URL', type: 'string', path: '.status.url', description: 'Where people open it.' },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it does or waits for.',
    },
  ],
  rules: [
    {
      // 36, a hyphen and the 15 of a part are the 52 that a StatefulSet may have; a Service begins with a letter.
      rule: `size(self.metadata.name) <= ${longestAppName} && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')`,
      message:
        `an App’s name is at most ${longestAppName} lower-case letters, digits and hyphens, starting with a letter ` +
        'and not ending in a hyphen: its Services and its parts are named after it',
      fieldPath: '.metadata.name',
    },
    {
      rule:
        "self.spec.definition == 'identity' || has(self.spec.external) || " +
        `!((has(self.spec.host) ? self.spec.host : self.metadata.name) in ${JSON.stringify(reservedHosts)})`,
      message: `the hosts ${reservedHosts.join(' and ')} belong to the identity provider; set spec.host to another`,
      fieldPath: '.spec.host',
    },
  ],
});
export type App = ResourceOf<typeof App>;
