import type { Machine } from '@hearth/domain';
import type { BootTarget } from './script.ts';

/** What is read of a Machine to tell from where it boots. */
export type KnownMachine = Pick<Machine, 'spec' | 'status'>;

/**
 * From where the machine with that MAC address boots. Any network card may claim any address, and a machine that nobody
 * has approved any fact: only what approved machines say counts, so that no stranger keeps another machine from booting.
 */
export function bootTarget(machines: readonly KnownMachine[], mac: string): BootTarget {
  const known = machines.filter(
    ({ spec, status }) => spec.approval && status?.agent?.facts?.interfaces.some((each) => each.mac === mac),
  );
  return known.some(hasItsSystem) ? 'disk' : 'installer';
}

/** Installed just now counts: the first start from the disk is what the machine is about to do. */
function hasItsSystem({ spec, status }: KnownMachine): boolean {
  const { assignment } = spec;
  const apply = status?.agent?.apply;
  const isInstalled =
    assignment?.action === 'Install' &&
    apply?.id === assignment.id &&
    (apply.phase === 'Rebooting' || apply.phase === 'Done');
  return status?.agent?.mode === 'System' || isInstalled;
}
