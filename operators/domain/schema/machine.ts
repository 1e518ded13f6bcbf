import { z } from 'zod';
import { commonStatus, dnsLabel, duration, mapList, matching, setList, text } from './fields.ts';
import { account, fileMode, filePath, flake, gitRevision, narHash, probe, storePath } from './flake.ts';
import { defineKind, type ResourceOf } from './kind.ts';

/** An Ed25519 public key: 32 bytes in base64. */
export const machineKey = () =>
  matching(
    44,
    /^[A-Za-z0-9+/]{43}=$/,
    'must be a machine’s key as status.publicKey has it: 44 characters of base64',
  );

/** What a disk says it is called; not its place, which may change from boot to boot. */
const diskSerial = () =>
  matching(
    128,
    /^[A-Za-z0-9][A-Za-z0-9 ._:-]*$/,
    'must be the serial number of the disk, as status.agent.facts.disks has it',
  );

const bytes = () => z.int().min(0);

const disk = z.object({
  serial: diskSerial().meta({
    description: 'The one disk that Hearth may use. No other is ever written to.',
  }),
  erase: z.boolean().default(false).meta({
    description:
      'All that is on this disk may be lost. Without it, a disk on which there is anything is left alone.',
  }),
});

/** A file that a configuration asks for; its content lies in the machine's own Secret under `key`. */
const assignedFile = z.object({
  path: filePath(),
  key: text(253),
  digest: text(64).meta({ description: 'A keyed digest: it changes when the content does.' }),
  mode: fileMode().default('0400'),
  owner: account().default('root'),
  group: account().default('root'),
});

/** Written by NIO alone: what the machine's agent has to make true. */
const assignment = z.object({
  id: text(64).min(1).meta({ description: 'Another than that of the attempt before.' }),
  action: z.enum(['Apply', 'Golden', 'Install']),
  configuration: dnsLabel().optional().meta({ description: 'The NixOSConfiguration that asks for it.' }),
  flake: flake().optional(),
  closure: storePath()
    .optional()
    .meta({ description: 'What it must come to, where that is known beforehand.' }),
  confirmWindow: duration().default('10m'),
  confirmed: text(64).optional().meta({
    description:
      'The nonce of the machine’s own status, once NIO has seen it there: that it is still reachable.',
  }),
  drift: z.enum(['Correct', 'Report']).default('Correct'),
  reboot: z.enum(['WhenNeeded', 'Never']).default('WhenNeeded'),
  probes: mapList(probe(), 16).optional(),
  files: mapList(assignedFile, 32, ['path']).optional(),
  credentials: z.boolean().default(false).meta({
    description: 'Whether the machine’s Secret has what the flake’s repository asks for.',
  }),
});

/** Written by a person: what is only to be looked at. */
const previewRequest = z.object({
  id: text(64).min(1).meta({ description: 'Another than that of the preview before: each is made once.' }),
  flake: flake(),
});

const machineSpec = z.object({
  hostname: dnsLabel().optional().meta({ description: 'What the machine calls itself. Empty: the name.' }),
  approval: z
    .object({
      publicKey: machineKey().meta({
        rules: [
          {
            rule: 'self == oldSelf',
            message:
              'the key of an approved machine can’t change: another key is another machine. Delete this one and approve that',
          },
        ],
      }),
    })
    .optional()
    .meta({
      description:
        'That this machine belongs to the home: its key, copied from status.publicKey by somebody who saw the same ' +
        'pairing code on its screen.',
    }),
  disk: disk
    .optional()
    .meta({ description: 'Consent to install on a disk. A machine that has its system needs none.' }),
  target: z.enum(['Configuration', 'Golden']).default('Configuration').meta({
    description: 'Configuration: what its NixOSConfiguration says. Golden: what it was installed with.',
  }),
  forget: z.boolean().default(false).meta({
    description: 'The machine is gone for good: nothing waits for it any more.',
  }),
  preview: previewRequest.optional().meta({
    description:
      'A system to build and to compare with what runs, without applying it. status.agent.preview says what ' +
      'would change.',
  }),
  assignment: assignment.optional().meta({ description: 'What the agent has to do. Written by NIO.' }),
});

const diskFact = z.object({
  name: text(64).meta({ description: 'Its device now, such as /dev/nvme0n1.' }),
  serial: text(128),
  model: text(128).optional(),
  bytes: bytes(),
  empty: z.boolean().meta({ description: 'Neither a partition table nor a file system was found on it.' }),
  removable: z.boolean().default(false),
  rotational: z.boolean().default(false),
});

const interfaceFact = z.object({
  name: text(16),
  mac: matching(17, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'must be a MAC address such as 52:54:00:12:34:56'),
  addresses: setList(text(45), 16).optional(),
});

/** What a machine says of itself. */
export const machineFacts = z.object({
  machineId: matching(32, /^[0-9a-f]{32}$/, 'must be the 32 hexadecimal digits of /etc/machine-id'),
  hostname: text(63).optional(),
  architecture: z.enum(['x86_64', 'aarch64']),
  firmware: z.enum(['uefi', 'bios', 'raspberry-pi']),
  processor: text(128).optional(),
  cores: z.int().min(1).max(4096),
  memoryBytes: bytes(),
  disks: mapList(diskFact, 32, ['name']),
  interfaces: mapList(interfaceFact, 32),
});
export type MachineFacts = z.infer<typeof machineFacts>;

/** What differs between two closures, by what it takes to make it true. */
const closureDiff = z.object({
  class: z.enum(['none', 'live', 'restart', 'reboot']),
  changes: z.array(text(256)).max(50).meta({ listType: 'atomic' }),
  more: z.int().min(0).default(0).meta({ description: 'How many further changes there are.' }),
  bytes: z.int().meta({ description: 'By how much the system grows on disk.' }),
});
export type ClosureDiff = z.infer<typeof closureDiff>;

/** How far the agent is with an assignment. */
const apply = z.object({
  id: text(64).meta({ description: 'Of the assignment.' }),
  phase: z.enum([
    'Fetching',
    'Building',
    'Checking',
    'Testing',
    'Confirming',
    'Committing',
    'Rebooting',
    'Reverting',
    'Done',
    'Failed',
    'RolledBack',
  ]),
  message: text(1024).meta({ description: 'What happened, in a sentence.' }),
  since: z.iso.datetime(),
  nonce: text(64).optional().meta({ description: 'While it is to be confirmed: what NIO has to answer.' }),
  revision: gitRevision().optional(),
  narHash: narHash().optional(),
  closure: storePath().optional(),
  diff: closureDiff.optional(),
  fault: z.enum(['Configuration', 'Flake', 'Machine', 'Network']).optional().meta({
    description:
      'Where it failed. Configuration and Network: this revision is not tried again on this kind of machine.',
  }),
});
export type MachineApply = z.infer<typeof apply>;

/** What a system would change that is not applied. */
const preview = z.object({
  id: text(64).meta({ description: 'Of the preview that was asked for.' }),
  phase: z.enum(['Building', 'Done', 'Failed']),
  message: text(1024).meta({ description: 'What was found, in a sentence.' }),
  revision: gitRevision().optional(),
  narHash: narHash().optional(),
  closure: storePath().optional(),
  diff: closureDiff.optional(),
});
export type MachinePreview = z.infer<typeof preview>;

/** Everything in a Machine's status that its agent writes; nothing else may it write. */
export const agentStatus = z.object({
  version: text(32).optional(),
  facts: machineFacts.optional(),
  mode: z.enum(['Installer', 'System']).optional(),
  system: z
    .object({
      running: storePath(),
      booted: storePath().optional(),
      nextBoot: storePath().optional(),
      golden: storePath().optional(),
      knownGood: storePath().optional(),
      generation: z.int().min(0).optional(),
      bootId: text(36).optional(),
    })
    .optional(),
  apply: apply.optional(),
  preview: preview.optional(),
  confirmedAt: z.iso.datetime().optional().meta({ description: 'When a configuration was last confirmed.' }),
  drift: z
    .object({ since: z.iso.datetime(), message: text(1024) })
    .optional()
    .meta({ description: 'The machine does not run what was last confirmed.' }),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** The partitions of a disk, in bytes. */
const layout = z.object({
  serial: diskSerial(),
  device: text(64),
  boot: bytes(),
  system: bytes(),
  pool: bytes().meta({ description: 'For data: an LVM volume group with one thin pool.' }),
});
export type DiskLayout = z.infer<typeof layout>;

const machineStatus = z.object({
  ...commonStatus,
  state: z.enum(['Discovered', 'Approved', 'Installing', 'Ready', 'Lost']).optional(),
  publicKey: machineKey().optional().meta({ description: 'The key that the machine proved to have.' }),
  pairingCode: text(16).optional().meta({ description: 'Compare it with what the machine’s screen shows.' }),
  address: text(45).optional().meta({ description: 'From where it last called.' }),
  lastSeen: z.iso.datetime().optional().meta({ description: 'To the minute, while it is not Ready.' }),
  layout: layout.optional(),
  installedAt: z.iso.datetime().optional().meta({
    description:
      'When it was first found to have its system. From then on no consent holds: its disks are left alone.',
  }),
  agent: agentStatus.optional().meta({ description: 'Written by the machine’s agent.' }),
});

/** A machine of the home. */
export const Machine = defineKind({
  group: 'nio.hearth.dev',
  kind: 'Machine',
  plural: 'machines',
  shortNames: [],
  namespaced: true,
  description: 'A machine of the home: who it is, what it has, and what its agent has to make true on it.',
  spec: machineSpec,
  status: machineStatus,
  columns: [
    { name: 'State', type: 'string', path: '.status.state', description: 'Where it is in its life.' },
    {
      name: 'Code',
      type: 'string',
      path: '.status.pairingCode',
      description: 'Its pairing code.',
      priority: 1,
    },
    {
      name: 'Configuration',
      type: 'string',
      path: '.spec.assignment.configuration',
      description: 'What asks for its system.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it is as it should be.',
    },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it waits for.',
      priority: 1,
    },
  ],
  rules: [
    {
      rule: 'size(self.metadata.name) <= 54',
      message: 'a machine’s name is at most 54 characters long: its account is called machine-NAME',
      fieldPath: '.metadata.name',
    },
    {
      rule: '!has(oldSelf.spec.approval) || has(self.spec.approval)',
      message: 'an approval can’t be taken back: delete the Machine, and it can’t reach the home any more',
      fieldPath: '.spec.approval',
    },
  ],
});
export type Machine = ResourceOf<typeof Machine>;
