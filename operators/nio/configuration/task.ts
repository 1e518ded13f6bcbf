import { type Machine, type NixOSConfiguration, refOf } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import {
  type Assignment,
  attemptId,
  type Given,
  parseAttemptId,
  type Task,
  taskDigest,
} from '../assignment.ts';

type Configuration = Immutable<NixOSConfiguration>;

/** A task, and the digest by which it is known again. */
export interface Wanted {
  readonly task: Immutable<Task>;
  readonly digest: string;
}

/** What a configuration wants of a machine: this commit of its flake. */
export function applyTask(
  { metadata, spec }: Configuration,
  machine: Immutable<Machine>,
  revision: string,
  narHash: string | undefined,
  given: Given,
): Wanted {
  const { url, directory, attribute = machine.metadata.name } = spec.flake;
  // A commit of another branch than the repository's own is found on that branch alone.
  const ref = refOf(spec);
  const task: Immutable<Task> = {
    action: 'Apply',
    configuration: metadata.name,
    flake: {
      url,
      ...(ref === undefined ? {} : { ref }),
      revision,
      ...(narHash === undefined ? {} : { narHash }),
      ...(directory === undefined ? {} : { directory }),
      attribute,
    },
    ...termsOf(spec),
    ...(given.files.length > 0 ? { files: given.files } : {}),
    credentials: given.credentials,
  };
  return { task, digest: taskDigest(task) };
}

/** What a configuration wants of a machine that is to be as it was installed. */
export function goldenTask({ metadata, spec }: Configuration): Wanted {
  const { confirmWindow, drift, reboot } = spec;
  const task: Immutable<Task> = {
    action: 'Golden',
    configuration: metadata.name,
    ...{ confirmWindow, drift, reboot },
    credentials: false,
  };
  return { task, digest: taskDigest(task) };
}

/** How things are to be done, which a machine learns without doing them again. */
function termsOf({ confirmWindow, drift, reboot, probes }: Configuration['spec']) {
  return { confirmWindow, drift, reboot, ...(probes && probes.length > 0 ? { probes } : {}) };
}

/** The assignment with which a machine begins a task: for the first time, or again. */
export function nextAttempt(
  { task, digest }: Wanted,
  last: Immutable<Assignment> | undefined,
  attempt: number,
): Immutable<Assignment> {
  const former = last && parseAttemptId(last.id);
  const isSame = former?.task === digest && former.attempt === attempt;
  return { ...task, id: attemptId(digest, attempt, isSame ? former.retry + 1 : 0) };
}

/**
 * The assignment of a machine that has done its task, where the terms have changed since; undefined where they have not.
 * It keeps its id: nothing is done again.
 */
export function withTerms(
  current: Immutable<Assignment>,
  { task }: Wanted,
): Immutable<Assignment> | undefined {
  const { id, confirmed } = current;
  const flake = current.flake ?? task.flake;
  const next = { ...task, ...(flake && { flake }), id, ...(confirmed === undefined ? {} : { confirmed }) };
  return canonical(next) === canonical(current) ? undefined : next;
}

/** JSON with the fields in one order, however an object came by them. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
