import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { parseAttemptId } from '../assignment.ts';

/** A commit that is not tried again on machines of an architecture, and why. */
export type Quarantined = NonNullable<
  NonNullable<Immutable<NixOSConfiguration>['status']>['quarantine']
>[number];

/** As many as a status holds. */
const MOST = 64;

/** How a machine’s attempt failed in a way that is the commit’s fault and not its own; undefined where it did not. */
function faultOf({ metadata, spec, status }: Immutable<Machine>): Quarantined | undefined {
  const { assignment } = spec;
  const apply = status?.agent?.apply;
  const architecture = status?.agent?.facts?.architecture;
  const revision = assignment?.flake?.revision;
  if (!revision || !architecture || apply?.id !== assignment?.id || !isCondemned(apply)) return undefined;
  return {
    key: keyOf(revision, architecture),
    revision,
    architecture,
    attempt: parseAttemptId(apply.id)?.attempt ?? 0,
    machine: metadata.name,
    message: apply.message,
  };
}

/** Whether it ended in a way that it would end again: built wrongly, or with the machine cut off. */
export function isCondemned(
  apply: NonNullable<NonNullable<Immutable<Machine>['status']>['agent']>['apply'],
): apply is NonNullable<typeof apply> {
  const failed = apply?.phase === 'Failed' || apply?.phase === 'RolledBack';
  return failed && (apply.fault === 'Configuration' || apply.fault === 'Network');
}

/**
 * What is in quarantine, with what the machines report now. One is let go when a person raises `rollout.attempt`, or
 * names another flake (`known` is empty then).
 */
export function quarantineAfter(
  known: readonly Quarantined[],
  machines: readonly Immutable<Machine>[],
  attempt: number,
): readonly Quarantined[] {
  const found = machines.flatMap((machine) => faultOf(machine) ?? []);
  const all = [...known, ...found].filter((entry) => entry.attempt >= attempt);
  // The first that failed is the one that is told of.
  const byKey = new Map(all.toReversed().map((entry) => [entry.key, entry]));
  return [...byKey.values()].toReversed().slice(-MOST);
}

/** The entry that keeps a machine from a commit. */
export function quarantineOf(
  quarantine: readonly Quarantined[],
  revision: string,
  machine: Immutable<Machine>,
): Quarantined | undefined {
  const architecture = machine.status?.agent?.facts?.architecture;
  return architecture && quarantine.find(({ key }) => key === keyOf(revision, architecture));
}

const keyOf = (revision: string, architecture: string) => `${revision}-${architecture}`;
