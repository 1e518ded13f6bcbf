import type { DiskLayout } from '@hearth/domain/schema/machine';
import type { DiskDevice } from '../system/system.ts';
import type { OwnMachine } from '../watch/own-machine.ts';

/** The one disk that may be written to, and how. */
export interface Target {
  readonly disk: DiskDevice;
  readonly layout: DiskLayout;
  /** An installation of this very machine was begun on it, and cut off. */
  readonly begun: boolean;
}

/** What of the disks is known beyond what the kernel says. */
export type Marked = (device: string) => string | undefined;

/** Room that a partition table and its copy at the end of the disk take, and the gap before the first partition. */
const TABLE = 2 * 2 ** 20;

/**
 * The disk that this machine may be installed on. NIO has looked at all of this before; but it is here that a disk is
 * erased, by what the kernel says of it at this moment, so it is looked at again.
 * @param mark what the table of a disk bears on which this machine has begun an installation.
 * @returns a sentence where nothing may be written.
 */
export function chooseTarget(
  machine: OwnMachine,
  disks: readonly DiskDevice[],
  marked: Marked,
  mark: string,
): Target | { readonly refusal: string } {
  const consent = machine.spec.disk;
  const layout = machine.status?.layout;
  if (machine.spec.assignment?.action !== 'Install') return { refusal: 'nobody asked for an installation' };
  if (!consent)
    return { refusal: 'no disk is named in spec.disk.serial: nothing is ever written without that' };
  if (!layout) return { refusal: 'there is no layout for the disk yet' };
  if (layout.serial !== consent.serial)
    return { refusal: `the layout is of the disk ${layout.serial}, and the consent of ${consent.serial}` };
  const [disk, ...others] = disks.filter(({ serial }) => serial !== '' && serial === consent.serial);
  if (!disk) return { refusal: `there is no disk with the serial number ${consent.serial}` };
  if (others.length > 0)
    return { refusal: `${others.length + 1} disks say that their serial number is ${consent.serial}` };
  const begun = marked(disk.device) === mark;
  if (disk.inUse && !begun) return { refusal: `the disk ${consent.serial} (${disk.device}) is in use` };
  if (!disk.empty && !begun && !consent.erase)
    return {
      refusal: `the disk ${consent.serial} is not empty, and spec.disk.erase does not say that it may be erased`,
    };
  if (
    layout.boot <= 0 ||
    layout.system <= 0 ||
    layout.boot + layout.system + layout.pool + TABLE > disk.bytes
  )
    return { refusal: `the layout does not fit the disk ${consent.serial}, which has ${disk.bytes} bytes` };
  return { disk, layout, begun };
}
