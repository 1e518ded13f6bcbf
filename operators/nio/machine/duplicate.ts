import { Machine } from '@hearth/domain';
import { type Immutable, type Index, indexed, keyText, type Read } from '@hearth/runtime';
import { isAdmitted } from '../assignment.ts';

/** What no two machines have in common, unless one is a copy of the other, or says that it is the other. */
function marksOf({ metadata: { namespace }, status }: Immutable<Machine>): string[] {
  const facts = status?.agent?.facts;
  if (!facts) return [];
  const marks = [facts.machineId, ...facts.interfaces.map(({ mac }) => mac)];
  return marks.filter((mark) => !/^[0:]*$/.test(mark)).map((mark) => `${namespace}/${mark}`);
}

/** Machines by their machine-id and by their network cards. */
export const machinesByMark: Index = indexed(Machine, 'mark', marksOf);

/** Other Machines that say of themselves what this one says. */
export function alike(machine: Immutable<Machine>, read: Read): Immutable<Machine>[] {
  const found = marksOf(machine).flatMap((mark) =>
    read.list(Machine, { index: [machinesByMark.name, mark] }),
  );
  const others = found.filter(({ metadata }) => metadata.uid !== machine.metadata.uid);
  return [...new Map(others.map((other) => [keyText(other.metadata), other])).values()];
}

/**
 * The Machine that was here first with the same machine-id or network card, and has another key; undefined where this
 * one is the first. An approved one goes before one that is not, however old.
 */
export function duplicateOf(
  machine: Immutable<Machine>,
  others: readonly Immutable<Machine>[],
): string | undefined {
  const strangers = others.filter(({ status }) => status?.publicKey !== machine.status?.publicKey);
  const [first] = [machine, ...strangers].toSorted(byPrecedence);
  return first === machine ? undefined : first?.metadata.name;
}

function byPrecedence(one: Immutable<Machine>, other: Immutable<Machine>): number {
  const admitted = Number(isAdmitted(other)) - Number(isAdmitted(one));
  const [a, b] = [one, other].map(
    ({ metadata: { creationTimestamp = '', name } }) => `${creationTimestamp} ${name}`,
  );
  return admitted || ((a ?? '') < (b ?? '') ? -1 : 1);
}
