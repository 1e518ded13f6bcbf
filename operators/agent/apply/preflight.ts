import type { Room } from '../system/system.ts';
import type { Failure } from './next.ts';

/** What is looked at before anything is changed. */
export interface Preflight {
  readonly room: Room;
  readonly isLocked: boolean;
  /** A unit without which nobody would bring the machine back. */
  readonly missingUnit: string | undefined;
}

/** Room that has to be left in the store: for the profile, the journal and the logs of what follows. */
const STORE_RESERVE = 32 * 2 ** 20;
/** Room that has to be left on the boot partition, for the entry itself. */
const BOOT_RESERVE = 2 ** 20;

/** Why nothing is to be changed now; undefined where nothing speaks against it. */
export function refusal({ room, isLocked, missingUnit }: Preflight): Failure | undefined {
  if (missingUnit !== undefined)
    return {
      message: `this configuration has no ${missingUnit}: the machine could never be reached again`,
      fault: 'Configuration',
    };
  if (room.storeFree < STORE_RESERVE)
    return {
      message: `the disk is full: ${mebibytes(room.storeFree)} are left for the store`,
      fault: 'Machine',
    };
  if (room.bootFree !== undefined && room.bootFree < room.bootNeeded + BOOT_RESERVE)
    return {
      message:
        `the boot partition is full: its kernel and initial RAM disk take ${mebibytes(room.bootNeeded)}, ` +
        `and ${mebibytes(room.bootFree)} are left`,
      fault: 'Machine',
    };
  if (isLocked)
    return {
      message:
        'somebody else is switching the machine just now: /run/nixos/switch-to-configuration.lock is held',
      fault: 'Machine',
    };
  return undefined;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
