import { expect, test } from 'vitest';
import { type Consent, chooseDisk } from './consent.ts';

const disk = (more: object = {}) => ({
  name: '/dev/nvme0n1',
  serial: 'S4EWNX0R123456',
  bytes: 256e9,
  empty: true,
  removable: false,
  rotational: false,
  ...more,
});
const machine = (...disks: ReturnType<typeof disk>[]) => ({
  machineId: '0123456789abcdef0123456789abcdef',
  architecture: 'x86_64' as const,
  firmware: 'uefi' as const,
  cores: 4,
  memoryBytes: 8e9,
  disks,
  interfaces: [],
});
const consent = (serial: string, erase = false): Consent => ({ serial, erase });

test('the one disk with that serial is divided', () => {
  const choice = chooseDisk(
    consent('S4EWNX0R123456'),
    machine(disk({ name: '/dev/sda', serial: 'OTHER' }), disk()),
  );
  expect(choice).toMatchObject({ layout: { serial: 'S4EWNX0R123456', device: '/dev/nvme0n1' } });
});

test('what is on a disk is given up by word alone', () => {
  expect(chooseDisk(consent('S4EWNX0R123456', true), machine(disk({ empty: false })))).toHaveProperty(
    'layout',
  );
});

/** Ways to have a disk written to that nobody has named, or not without doubt. */
test.each([
  ['no consent', undefined, [disk()], 'NoDisk'],
  ['a serial that no disk has', consent('S4EWNX0R999999', true), [disk()], 'NoSuchDisk'],
  ['the beginning of a serial', consent('S4EWNX0R', true), [disk()], 'NoSuchDisk'],
  ['more than a serial', consent('S4EWNX0R1234567', true), [disk()], 'NoSuchDisk'],
  ['another case', consent('s4ewnx0r123456', true), [disk()], 'NoSuchDisk'],
  [
    'a serial that firmware padded',
    consent('S4EWNX0R123456', true),
    [disk({ serial: '  S4EWNX0R123456 ' })],
    'NoSuchDisk',
  ],
  ['the device instead of the serial', consent('/dev/nvme0n1', true), [disk()], 'NoSuchDisk'],
  ['the model instead of the serial', consent('NVMe', true), [disk({ model: 'NVMe' })], 'NoSuchDisk'],
  ['an empty serial of consent and disk', consent('', true), [disk({ serial: '' })], 'NoSuchDisk'],
  ['a blank serial of consent and disk', consent(' ', true), [disk({ serial: ' ' })], 'NoSuchDisk'],
  ['a disk without a serial', consent('S4EWNX0R123456', true), [disk({ serial: '' })], 'NoSuchDisk'],
  [
    'two disks with one serial',
    consent('S4EWNX0R123456', true),
    [disk(), disk({ name: '/dev/nvme1n1' })],
    'AmbiguousDisk',
  ],
  [
    'two serials that differ in case and spaces alone',
    consent('S4EWNX0R123456', true),
    [disk(), disk({ name: '/dev/nvme1n1', serial: ' s4ewnx0r123456' })],
    'AmbiguousDisk',
  ],
  ['a removable disk', consent('S4EWNX0R123456', true), [disk({ removable: true })], 'RemovableDisk'],
  ['an empty removable disk', consent('S4EWNX0R123456'), [disk({ removable: true })], 'RemovableDisk'],
  ['a disk with something on it', consent('S4EWNX0R123456'), [disk({ empty: false })], 'DiskNotEmpty'],
  ['a partition', consent('S4EWNX0R123456', true), [disk({ name: '/dev/nvme0n1p2' })], 'NotADisk'],
  ['a mapped device', consent('S4EWNX0R123456', true), [disk({ name: '/dev/dm-0' })], 'NotADisk'],
  [
    'a file in its place',
    consent('S4EWNX0R123456', true),
    [disk({ name: '/dev/../etc/passwd' })],
    'NotADisk',
  ],
  ['a disk that is too small', consent('S4EWNX0R123456', true), [disk({ bytes: 4e9 })], 'DiskTooSmall'],
  ['a machine without disks', consent('S4EWNX0R123456', true), [], 'NoSuchDisk'],
])('nothing is written: %s', (_, given, disks, reason) => {
  expect(chooseDisk(given, machine(...disks))).toMatchObject({
    reason,
    message: expect.stringMatching(/\.$/),
  });
});

test('a person is told which disks there are', () => {
  const disks = [
    disk(),
    disk({ name: '/dev/sda', serial: 'WD', bytes: 2e12, empty: false }),
    disk({ removable: true }),
  ];
  expect(chooseDisk(undefined, machine(...disks))).toMatchObject({
    message:
      'It waits to be told on which disk to install: set spec.disk.serial. It has /dev/nvme0n1 (S4EWNX0R123456, 256 GB), ' +
      'empty; /dev/sda (WD, 2000 GB).',
  });
});
