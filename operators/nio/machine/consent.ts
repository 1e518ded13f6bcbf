import type { DiskLayout, Machine, MachineFacts } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { divide, smallestDisk } from './layout.ts';

/** What a person has consented to: which disk, and whether what is on it may be lost. */
export type Consent = Immutable<NonNullable<Machine['spec']['disk']>>;
type Disk = Immutable<MachineFacts['disks'][number]>;

/** On which disk to install, and how to divide it; or why on none. */
export type DiskChoice =
  | { readonly layout: Immutable<DiskLayout> }
  | { readonly reason: string; readonly message: string };

/**
 * The one disk that may be written to. Whatever leaves a doubt which one is meant is a refusal: a serial is compared
 * letter by letter, and must be the only one of its kind even where case and spaces are left aside. The agent looks at
 * the disks themselves once more before it writes.
 */
export function chooseDisk(consent: Consent | undefined, facts: Immutable<MachineFacts>): DiskChoice {
  if (!consent) {
    return refuse(
      'NoDisk',
      `It waits to be told on which disk to install: set spec.disk.serial. It has ${listed(facts.disks)}.`,
    );
  }
  const alike = facts.disks.filter(({ serial }) => plain(serial) === plain(consent.serial));
  const [disk, other] = alike;
  if (!disk || plain(consent.serial) === '') {
    return refuse(
      'NoSuchDisk',
      `No disk of it has the serial ${consent.serial}. It has ${listed(facts.disks)}.`,
    );
  }
  if (other) {
    return refuse(
      'AmbiguousDisk',
      `The serial ${consent.serial} does not tell ${disk.name} and ${other.name} apart: nothing is written to either.`,
    );
  }
  return layoutOn(disk, consent);
}

function layoutOn(disk: Disk, { serial, erase }: Consent): DiskChoice {
  if (disk.serial !== serial) {
    return refuse(
      'NoSuchDisk',
      `No disk of it has the serial ${serial} letter by letter; ${disk.name} has "${disk.serial}".`,
    );
  }
  if (disk.removable) {
    return refuse(
      'RemovableDisk',
      `${name(disk)} is removable, as what the installer starts from: nothing is written to it.`,
    );
  }
  if (!isWhole(disk.name)) {
    return refuse('NotADisk', `${name(disk)} is no whole disk: nothing is written to it.`);
  }
  if (!disk.empty && !erase) {
    return refuse(
      'DiskNotEmpty',
      `There is something on ${name(disk)}. If all of it may be lost, set spec.disk.erase: true.`,
    );
  }
  const sizes = divide(disk.bytes);
  if (!sizes) {
    return refuse(
      'DiskTooSmall',
      `${name(disk)} is too small: a system and its data need ${gigabytes(smallestDisk())} at the least.`,
    );
  }
  return { layout: { serial, device: disk.name, ...sizes } };
}

const refuse = (reason: string, message: string): DiskChoice => ({ reason, message });

/** A serial without what firmware pads and people mistype. */
const plain = (serial: string): string => serial.replaceAll(/[\s\0]+/gu, '').toLowerCase();

/** A device file of a whole disk, and none of a partition or of what lies on others. */
const isWhole = (device: string): boolean =>
  /^\/dev\/((s|v|xv|h)d[a-z]+|nvme\d+n\d+|mmcblk\d+|loop\d+)$/.test(device);

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e11 ? 1 : 0)} GB`;

const name = (disk: Disk): string => `${disk.name} (${disk.serial}, ${gigabytes(disk.bytes)})`;

/** The disks that could be meant, as a person is told of them. */
function listed(disks: readonly Disk[]): string {
  const candidates = disks.filter(({ removable }) => !removable);
  if (candidates.length === 0) return 'no disk that can be installed on';
  return candidates
    .slice(0, 8)
    .map((disk) => `${name(disk)}${disk.empty ? ', empty' : ''}`)
    .join('; ');
}
