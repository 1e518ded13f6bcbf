/** The sizes of the partitions of a disk, in bytes. */
export interface Sizes {
  /** The EFI system partition, or the firmware's own on a Raspberry Pi. */
  readonly boot: number;
  readonly system: number;
  /** The rest, for data: an LVM volume group with one thin pool. */
  readonly pool: number;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Partitions begin and end on whole mebibytes: every disk's own blocks divide that. */
export const ALIGNMENT = MiB;
/** What GPT takes at either end of a disk, rounded up to the alignment. */
export const RESERVED = 2 * ALIGNMENT;

/** A boot partition holds kernels and initrds of several generations. */
const SMALLEST_BOOT = 512 * MiB;
const LARGEST_BOOT = GiB;
/** The system takes a fifth of the disk, and no more than this: 20 GB. */
const LARGEST_SYSTEM = 20e9;
/** A NixOS system with the one before it and the one that is being built, where nobody knows better. */
const NEEDED = 8 * GiB;
/** A thin pool with its metadata, and room for any data at all. */
const SMALLEST_POOL = GiB;

const floor = (bytes: number) => Math.floor(bytes / ALIGNMENT) * ALIGNMENT;
const ceil = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const clamp = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most);

/** How large a disk has to be for a system that needs so many bytes. */
export const smallestDisk = (needed: number = NEEDED): number =>
  RESERVED + SMALLEST_BOOT + ceil(needed) + SMALLEST_POOL;

/**
 * Divides a disk: a hundredth for booting, within its bounds; a fifth, at most 20 GB, and at least what is needed for
 * the system; and the rest for data. Undefined where the disk is smaller than {@link smallestDisk}.
 */
export function divide(bytes: number, needed: number = NEEDED): Sizes | undefined {
  if (!(bytes >= smallestDisk(needed))) return undefined;
  const usable = floor(bytes - RESERVED);
  const least = ceil(needed);
  // What the system needs goes before what is comfortable to boot from.
  const boot = floor(
    clamp(SMALLEST_BOOT, bytes / 100, Math.min(LARGEST_BOOT, usable - least - SMALLEST_POOL)),
  );
  const system = Math.max(floor(Math.min(bytes / 5, LARGEST_SYSTEM)), least);
  return { boot, system, pool: usable - boot - system };
}
