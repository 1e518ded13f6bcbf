import type { Machine, MachinePreview } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { printable } from '../printable.ts';

const ready = ({ status }: Machine) => status?.conditions?.find(({ type }) => type === 'Ready');

/** Machines as a table; the pairing code is there as long as somebody has to compare it. */
export function machineTable(machines: readonly Machine[]): string {
  if (machines.length === 0) return 'No machine has called yet: kiko netboot or kiko enroll brings one.';
  const rows = machines.map((machine) => [
    machine.metadata.name,
    machine.status?.state ?? '-',
    machine.spec.approval ? '-' : (machine.status?.pairingCode ?? '-'),
    machine.spec.assignment?.configuration ?? '-',
    machine.status?.address ?? '-',
    ready(machine)?.message ?? '',
  ]);
  const cells = rows.map((row) => row.map(printable));
  return columns([['NAME', 'STATE', 'CODE', 'CONFIGURATION', 'ADDRESS', 'STATUS'], ...cells]);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What a person has to see of a machine before they approve it. */
export function machineSummary({ metadata: { name }, status }: Machine): string {
  const facts = status?.agent?.facts;
  if (!facts) return `${name} has said nothing of itself yet.`;
  const disks = facts.disks.map(
    ({ name: device, serial, model, bytes, empty }) =>
      `  disk ${serial || '(no serial number)'}: ${[device, model].filter(Boolean).join(', ')}, ${gigabytes(bytes)} GB, ${empty ? 'empty' : 'NOT empty'}`,
  );
  const duplicate = status?.conditions?.find((each) => each.type === 'Duplicate' && each.status === 'True');
  return [
    ...(duplicate?.message ? [`Take care: ${duplicate.message}`] : []),
    `${name}: ${facts.architecture}, ${facts.firmware}, ${facts.cores} cores, ${gigabytes(facts.memoryBytes)} GB of memory` +
      (facts.processor ? ` (${facts.processor})` : ''),
    ...facts.interfaces.map(({ name: device, mac }) => `  network card ${mac}: ${device}`),
    ...disks,
  ]
    .map(printable)
    .join('\n');
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0);

/** What the assignment that a machine is at, or was last at, changes on it. */
export function diffText({ metadata: { name }, status }: Machine): string {
  const apply = status?.agent?.apply;
  if (!apply?.diff)
    return apply
      ? printable(`${name} has nothing to compare yet: ${apply.message}`)
      : `Nothing has been assigned to ${name} yet.`;
  const which = apply.revision === undefined ? '' : ` with ${apply.revision.slice(0, 12)}`;
  return changesText(`${name}, ${apply.phase}${which}`, apply.diff, apply.message);
}

/** What a system would change on a machine that only built it. */
export function previewText(name: string, { revision, diff, message }: Immutable<MachinePreview>): string {
  const which = revision === undefined ? name : `${name}, preview of ${revision.slice(0, 12)}`;
  return diff ? changesText(which, diff, message) : printable(`${which}: ${message}`);
}

function changesText(
  which: string,
  { class: kind, changes, more, bytes }: Immutable<NonNullable<MachinePreview['diff']>>,
  message: string,
): string {
  const growth = `${bytes < 0 ? '-' : '+'}${(Math.abs(bytes) / 1e6).toFixed(1)} MB`;
  return [
    `${which}: ${DIFF_CLASSES[kind]} (${growth})`,
    ...changes.map((change) => `  ${change}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    message,
  ]
    .map(printable)
    .join('\n');
}

const DIFF_CLASSES = {
  none: 'nothing changes',
  live: 'nothing has to restart',
  restart: 'services restart',
  reboot: 'the machine restarts',
} as const;
