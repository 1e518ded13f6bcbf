import type { AdmissionCase } from './case.ts';

const key = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const another = '3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=';
const url =
  'must be github:OWNER/REPOSITORY, git+https://HOST/PATH or git+ssh://USER@HOST/PATH, without a password in it; the branch, the revision and the folder have fields of their own';

const flake = (fields: object): object => ({ spec: { flake: fields } });

const ofEach: readonly AdmissionCase[] = [
  {
    wrong: 'a key that is none',
    kind: 'Machine',
    change: { spec: { approval: { publicKey: 'ssh-ed25519 AAAA' } } },
    field: 'spec.approval.publicKey',
    says: 'must be a machine’s key as status.publicKey has it: 44 characters of base64',
  },
  {
    wrong: 'another key than was approved',
    kind: 'Machine',
    update: true,
    change: { spec: { approval: { publicKey: another } } },
    field: 'spec.approval.publicKey',
    says: 'the key of an approved machine can’t change: another key is another machine. Delete this one and approve that',
  },
  {
    wrong: 'an approval that is taken back',
    kind: 'Machine',
    update: true,
    change: { spec: { approval: null } },
    field: 'spec.approval',
    says: 'an approval can’t be taken back: delete the Machine, and it can’t reach the home any more',
  },
  {
    wrong: 'a disk by its device',
    kind: 'Machine',
    change: { spec: { disk: { serial: '/dev/sda' } } },
    field: 'spec.disk.serial',
    says: 'must be the serial number of the disk, as status.agent.facts.disks has it',
  },
  {
    wrong: 'a disk by no name at all',
    kind: 'Machine',
    change: { spec: { disk: { erase: true } } },
    field: 'spec.disk.serial',
    says: 'Required value',
  },
  {
    wrong: 'a name that leaves no room for that of its account',
    kind: 'Machine',
    change: { metadata: { name: 'k'.repeat(55) } },
    field: 'metadata.name',
    says: 'a machine’s name is at most 54 characters long: its account is called machine-NAME',
  },
];

const ofConfigurations: readonly AdmissionCase[] = [
  {
    wrong: 'no machine',
    kind: 'NixOSConfiguration',
    change: { spec: { machineRef: null } },
    field: 'spec',
    says: 'say for which machines it is: either machineRef or machineSelector',
  },
  {
    wrong: 'one machine and others by label',
    kind: 'NixOSConfiguration',
    change: { spec: { machineSelector: { matchLabels: { role: 'worker' } } } },
    field: 'spec',
    says: 'say for which machines it is: either machineRef or machineSelector',
  },
  {
    wrong: 'a flake in the machine’s own folders',
    kind: 'NixOSConfiguration',
    change: flake({ url: 'path:/etc/nixos' }),
    field: 'spec.flake.url',
    says: url,
  },
  {
    wrong: 'a password in the flake’s address',
    kind: 'NixOSConfiguration',
    change: flake({ url: 'git+https://anna:secret@git.example.org/machines' }),
    field: 'spec.flake.url',
    says: url,
  },
  {
    wrong: 'a branch in the flake’s address',
    kind: 'NixOSConfiguration',
    change: flake({ url: 'github:example/machines/main' }),
    field: 'spec.flake.url',
    says: url,
  },
  {
    wrong: 'an abbreviated revision',
    kind: 'NixOSConfiguration',
    change: flake({ revision: '0123abc' }),
    field: 'spec.flake.revision',
    says: 'must be a whole commit, 40 hexadecimal digits, and no abbreviation',
  },
  {
    wrong: 'a folder outside of the repository',
    kind: 'NixOSConfiguration',
    change: flake({ directory: '../other' }),
    field: 'spec.flake.directory',
    says: 'must be a folder inside the repository, such as machines/kitchen, without . or ..',
  },
  {
    wrong: 'a pinned revision, and a branch to follow',
    kind: 'NixOSConfiguration',
    change: {
      spec: {
        flake: { revision: '0123456789abcdef0123456789abcdef01234567' },
        autoUpdate: { branch: 'main' },
      },
    },
    field: 'spec.autoUpdate',
    says: 'flake.revision pins one commit and autoUpdate follows a branch: give one of them',
  },
  {
    wrong: 'a file from two sources',
    kind: 'NixOSConfiguration',
    change: { spec: { files: [{ path: 'motd', content: 'Hello', fact: 'hostname' }] } },
    field: 'spec.files[0]',
    says: 'a file has one source: give one of content, secretKeyRef and fact',
  },
  {
    wrong: 'a file that leaves its folder',
    kind: 'NixOSConfiguration',
    change: { spec: { files: [{ path: '../../etc/shadow', content: '' }] } },
    field: 'spec.files[0].path',
    says: 'must be a path below /run/hearth/files, such as wifi/psk, without . or ..',
  },
  {
    wrong: 'a file that everybody may write',
    kind: 'NixOSConfiguration',
    change: { spec: { files: [{ path: 'motd', content: '', mode: '0666' }] } },
    field: 'spec.files[0].mode',
    says: 'must be four digits as chmod takes them, such as 0400; only the owner may write',
  },
  {
    wrong: 'a probe that asks two things',
    kind: 'NixOSConfiguration',
    change: { spec: { probes: [{ name: 'web', unit: 'nginx.service', tcp: { port: 80 } }] } },
    field: 'spec.probes[0]',
    says: 'a probe asks one thing: give one of unit, http, tcp and command',
  },
  {
    wrong: 'a probe for a shell',
    kind: 'NixOSConfiguration',
    change: { spec: { probes: [{ name: 'web', command: ['curl localhost'] }] } },
    field: 'spec.probes[0]',
    says: 'the program is named by its absolute path, such as /run/current-system/sw/bin/true',
  },
  {
    wrong: 'a window at no time of day',
    kind: 'NixOSConfiguration',
    change: { spec: { schedule: { from: '25:00', to: '05:00' } } },
    field: 'spec.schedule.from',
    says: 'must be a time of day such as 03:30',
  },
];

/** Bad Machines and NixOSConfigurations. */
export const ofMachines: readonly AdmissionCase[] = [...ofEach, ...ofConfigurations];

/** A valid object of each. */
export const validMachines = {
  Machine: {
    apiVersion: 'nio.hearth.dev/v1alpha1',
    kind: 'Machine',
    metadata: { name: 'kitchen', namespace: 'default' },
    spec: { approval: { publicKey: key } },
  },
  NixOSConfiguration: {
    apiVersion: 'nio.hearth.dev/v1alpha1',
    kind: 'NixOSConfiguration',
    metadata: { name: 'kitchen', namespace: 'default' },
    spec: { flake: { url: 'github:example/machines' }, machineRef: { name: 'kitchen' } },
  },
};
