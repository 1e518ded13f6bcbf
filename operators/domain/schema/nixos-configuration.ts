import { z } from 'zod';
import {
  boundedRecord,
  commonStatus,
  dnsLabel,
  dnsName,
  duration,
  mapList,
  matching,
  sequence,
  setList,
  text,
} from './fields.ts';
import {
  account,
  fileMode,
  filePath,
  flake,
  gitRef,
  gitRevision,
  narHash,
  probe,
  storePath,
} from './flake.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const labelKey = () =>
  matching(317, /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'must be the name of a label');
const labelValue = () =>
  matching(63, /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/, 'must be the value of a label');

const file = z
  .object({
    path: filePath().meta({
      description: 'Below /run/hearth/files, which is in memory: never in Nix’s store.',
    }),
    content: text(16384)
      .optional()
      .meta({ description: 'What is in it; no secret: everybody who may read this reads it.' }),
    secretKeyRef: z
      .object({ name: dnsName(), key: matching(253, /^[-._a-zA-Z0-9]+$/, 'must be a key of a Secret') })
      .optional()
      .meta({ description: 'A key of a Secret in the same namespace.' }),
    fact: z
      .enum(['hostname', 'machineId', 'addresses', 'diskSerial', 'memoryBytes'])
      .optional()
      .meta({ description: 'Something that the machine says of itself.' }),
    mode: fileMode().default('0400'),
    owner: account().default('root'),
    group: account().default('root'),
  })
  .meta({
    rules: [
      {
        rule: '[has(self.content), has(self.secretKeyRef), has(self.fact)].filter(it, it).size() == 1',
        message: 'a file has one source: give one of content, secretKeyRef and fact',
      },
    ],
  });

const timeOfDay = () => matching(5, /^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 03:30');

const schedule = z.object({
  days: setList(z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']), 7)
    .optional()
    .meta({ description: 'Empty: every day.' }),
  from: timeOfDay(),
  to: timeOfDay().meta({ description: 'Earlier than from: on the next day.' }),
  timeZone: text(64).optional().meta({ description: 'Such as Europe/Vienna. Empty: the home’s.' }),
});

const rollout = z.object({
  maxUnavailable: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .meta({ description: 'How many machines change at the same time.' }),
  canary: z.int().min(0).max(100).default(1).meta({
    description: 'So many machines go first, one by one, and have to be confirmed before the others begin.',
  }),
  order: sequence(dnsLabel(), 1000)
    .optional()
    .meta({ description: 'Machines that go first, in this order; the others follow by name.' }),
  pauseOnFailure: z
    .boolean()
    .default(true)
    .meta({ description: 'Stop at the first machine on which it fails.' }),
  paused: z.boolean().default(false).meta({ description: 'Begin on no further machine.' }),
  attempt: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .meta({ description: 'Raise it to try again what failed.' }),
});

const nixosConfigurationSpec = z
  .object({
    flake: flake(),
    machineRef: z.object({ name: dnsLabel() }).optional().meta({ description: 'One machine.' }),
    machineSelector: z
      .object({ matchLabels: boundedRecord(labelKey(), labelValue(), 8) })
      .optional()
      .meta({ description: 'All machines that bear these labels, those that come later too.' }),
    onRemove: z
      .enum(['Golden', 'Keep'])
      .default('Golden')
      .meta({
        description:
          'What becomes of the machines when this is deleted. Golden: back to what they were installed with. Keep: they ' +
          'stay as they are, and nobody tends them.',
      }),
    files: mapList(file, 32, ['path']).optional(),
    credentialsRef: z
      .object({ name: dnsName() })
      .optional()
      .meta({
        description:
          'A Secret in the same namespace for a private repository: `username` and `password` for HTTPS, or ' +
          '`ssh-privatekey` and `known_hosts`.',
      }),
    probes: mapList(probe(), 16)
      .optional()
      .meta({ description: 'What has to work before a change is kept.' }),
    confirmWindow: duration().default('10m').meta({
      description: 'How long a machine may take to prove that it works. After that it goes back by itself.',
    }),
    rollout: rollout.prefault({}),
    schedule: schedule.optional().meta({ description: 'When changes may begin. Empty: at any time.' }),
    autoUpdate: z
      .object({ branch: gitRef().optional(), every: duration().default('1h') })
      .optional()
      .meta({
        description:
          'Follow a branch. Empty: the revision is found once, and stays until this resource changes.',
      }),
    drift: z.enum(['Correct', 'Report']).default('Correct').meta({
      description:
        'What to do about a machine that does not run what it should: put it right, or only say so.',
    }),
    reboot: z.enum(['WhenNeeded', 'Never']).default('WhenNeeded').meta({
      description: 'Whether a machine restarts by itself for a change that needs it (a kernel).',
    }),
  })
  .meta({
    rules: [
      {
        rule: 'has(self.machineRef) != has(self.machineSelector)',
        message: 'say for which machines it is: either machineRef or machineSelector',
      },
      {
        rule: '!has(self.autoUpdate) || !has(self.flake.revision)',
        message: 'flake.revision pins one commit and autoUpdate follows a branch: give one of them',
        fieldPath: '.autoUpdate',
      },
      {
        rule: '!has(self.autoUpdate) || !has(self.flake.narHash)',
        message: 'flake.narHash is of one revision and autoUpdate follows a branch: give one of them',
        fieldPath: '.autoUpdate',
      },
    ],
  });

const machineProgress = z.object({
  name: dnsLabel(),
  state: z.enum(['Waiting', 'Applying', 'Done', 'Failed', 'Quarantined', 'Conflict', 'Lost', 'Reverting']),
  revision: gitRevision().optional(),
  closure: storePath().optional(),
  message: text(1024).optional(),
});

const quarantined = z.object({
  key: text(64).meta({ description: 'REVISION-ARCHITECTURE.' }),
  revision: gitRevision(),
  architecture: z.enum(['x86_64', 'aarch64']),
  attempt: z.int().min(0),
  machine: dnsLabel(),
  message: text(1024),
});

const nixosConfigurationStatus = z.object({
  ...commonStatus,
  revision: gitRevision().optional().meta({ description: 'The commit that the machines are to run.' }),
  narHash: narHash()
    .optional()
    .meta({ description: 'What that commit contains, as the first machine found it.' }),
  resolvedFor: text(64)
    .optional()
    .meta({ description: 'A digest of the flake’s address for which the revision was found.' }),
  checkedAt: z.iso.datetime().optional().meta({ description: 'When the branch was last looked at.' }),
  rollout: z
    .object({
      phase: z.enum(['Waiting', 'Canary', 'Rolling', 'Paused', 'Stopped', 'Done']),
      done: z.int().min(0),
      total: z.int().min(0),
      message: text(1024).optional(),
    })
    .optional(),
  machines: mapList(machineProgress, 1000).optional(),
  quarantine: mapList(quarantined, 64, ['key']).optional(),
});

/** A NixOS system, and the machines that are to be exactly that. */
export const NixOSConfiguration = defineKind({
  group: 'nio.hearth.dev',
  kind: 'NixOSConfiguration',
  plural: 'nixosconfigurations',
  shortNames: ['nixos'],
  namespaced: true,
  description: 'A NixOS system, by its flake, and the machines that are to be exactly that.',
  spec: nixosConfigurationSpec,
  status: nixosConfigurationStatus,
  columns: [
    { name: 'Revision', type: 'string', path: '.status.revision', description: 'The commit.', priority: 1 },
    { name: 'Rollout', type: 'string', path: '.status.rollout.phase', description: 'How far it is.' },
    { name: 'Done', type: 'integer', path: '.status.rollout.done', description: 'Machines that run it.' },
    {
      name: 'Machines',
      type: 'integer',
      path: '.status.rollout.total',
      description: 'Machines that are to.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether all of them run it.',
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
export type NixOSConfiguration = ResourceOf<typeof NixOSConfiguration>;

/** The branch or tag on which a configuration's commit is found; undefined: the repository's own choice. */
export const refOf = ({
  flake,
  autoUpdate,
}: {
  readonly flake: { readonly ref?: string | undefined };
  readonly autoUpdate?: { readonly branch?: string | undefined } | undefined;
}): string | undefined => autoUpdate?.branch ?? flake.ref;
