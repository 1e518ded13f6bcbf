import type { Machine } from '@hearth/domain';
import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';

/** What a person says when they approve a machine. */
export interface Approval {
  /** The pairing code that the machine’s screen shows, as they read it. */
  readonly code?: string | undefined;
  /** The serial of the disk to install on. */
  readonly disk?: string | undefined;
  /** That all that is on that disk may be lost. */
  readonly erase?: boolean | undefined;
}

/** A step of a JSON Patch (RFC 6902). */
export type PatchStep =
  | { readonly op: 'test' | 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The patch that approves a machine; none where it says already what it would say. It first tests that the machine still
 * has the key of which the code was compared: nobody takes its place in between.
 * @throws Failure where the approval is not one of this machine, or of a disk that it has
 */
export function approvalPatch(machine: Machine, approval: Approval): readonly PatchStep[] {
  const { name } = machine.metadata;
  const { publicKey, pairingCode } = machine.status ?? {};
  if (!publicKey || !pairingCode)
    throw new Failure(`${name} has not proved a key yet: it has to call once before it can be approved.`);
  if (approval.code !== undefined) compareCodes(name, pairingCode, approval.code);
  const approved = machine.spec.approval?.publicKey;
  if (approved !== undefined && approved !== publicKey)
    throw new Failure(
      `${name} was approved with another key than it has now, so it is another machine. kiko machine remove ${name} makes room for it.`,
    );
  const disk = approval.disk === undefined ? undefined : diskConsent(machine, approval.disk, approval.erase);
  const steps: PatchStep[] = [
    ...(approved ? [] : [{ op: 'add', path: '/spec/approval', value: { publicKey } } as const]),
    // Two people may be at it: neither takes the disk away that the other chose.
    ...(disk
      ? ([
          { op: 'test', path: '/spec/disk', value: machine.spec.disk ?? null },
          { op: 'add', path: '/spec/disk', value: disk },
        ] as const)
      : []),
  ];
  return steps.length === 0 ? [] : [{ op: 'test', path: '/status/publicKey', value: publicKey }, ...steps];
}

function compareCodes(name: string, expected: string, given: string): void {
  if (plainCode(given) === plainCode(expected)) return;
  throw new Failure(
    `That is not the code of ${name}: it is not the machine before which you stand, or somebody is between it and your ` +
      'home. Nothing is approved. kiko machine list -o json has the codes of all.',
  );
}

/** A code as a person may have typed it: Crockford’s digits, where O is 0, and I and L are 1. */
const plainCode = (code: string): string =>
  code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

function diskConsent(
  { metadata: { name }, status }: Machine,
  serial: string,
  erase = false,
): { readonly serial: string; readonly erase: boolean } {
  const disks = status?.agent?.facts?.disks ?? [];
  const disk = disks.find((each) => each.serial === serial);
  if (disk === undefined) {
    const list = disks.filter((each) => each.serial !== '').map((each) => `${each.serial} (${each.name})`);
    throw new Failure(
      `${name} has no disk ${serial}; it has ${list.map(printable).join(', ') || 'none with a serial number'}.`,
    );
  }
  if (!disk.empty && !erase)
    throw new Failure(
      `The disk ${serial} of ${name} (${printable(disk.name)}) is not empty. --erase says that all that is on it may be lost.`,
    );
  return { serial, erase };
}
