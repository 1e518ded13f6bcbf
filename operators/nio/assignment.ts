import { createHash } from 'node:crypto';
import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Context, Immutable, JsonPatchOperation } from '@hearth/runtime';

/**
 * Who writes `spec.assignment` of a Machine:
 *
 * - The machine controller, for a machine that {@link isToBeInstalled}, whatever configuration it has: Install. What is
 *   installed is the system that the installer brings, which is its golden one; its configuration comes after that.
 * - The configuration controller, for a machine that a NixOSConfiguration has: Apply; and Golden, where the
 *   configuration is being deleted or the machine's target is Golden.
 * - The machine controller, for a machine that no NixOSConfiguration has: Golden where that is its target; and
 *   `confirmed`, of whatever assignment.
 *
 * Both write by JSON Patches that first test that the assignment is still the one that they decided upon. A write that
 * was overtaken does nothing and its pass is made again: nobody's decision is ever lost to a stale one.
 */
export type Assignment = NonNullable<Machine['spec']['assignment']>;

/** Everything in an assignment but its id and the answer to the agent. */
export type Task = Omit<Assignment, 'id' | 'confirmed'>;

/** What a machine is given along with a task, in its own Secret: files, and credentials for the flake’s repository. */
export interface Given {
  readonly files: Immutable<NonNullable<Assignment['files']>>;
  readonly credentials: boolean;
}

/**
 * Keeps the Secret of a machine (`machine/files.ts`); the configuration controller asks for it. A key of the Secret is
 * made from the digest of what is under it: so the new content stands beside the old, until the machine has changed
 * over, and a machine that goes back, or restarts meanwhile, still finds what it had.
 */
export interface Giving {
  /**
   * What the configuration has for this machine now. Changes nothing.
   * @throws Waiting, reason MissingSecret, where a Secret that it names, or a key of it, is not there (yet).
   */
  look(
    configuration: Immutable<NixOSConfiguration>,
    machine: Immutable<Machine>,
    context: Context,
  ): Promise<Given>;
  /** Has it in the machine’s Secret, beside what its present assignment names; called before it is assigned. */
  give(
    configuration: Immutable<NixOSConfiguration>,
    machine: Immutable<Machine>,
    context: Context,
  ): Promise<void>;
}

/** Whether a machine is approved, and the key that was approved is the one that it has proved. */
export function isAdmitted({ spec, status }: Immutable<Pick<Machine, 'spec' | 'status'>>): boolean {
  return spec.approval !== undefined && spec.approval.publicKey === status?.publicKey;
}

/** Whether a machine has no system of its own yet: its agent runs in the installer. */
export function isToBeInstalled({ status }: Immutable<Pick<Machine, 'status'>>): boolean {
  return status?.agent?.mode === 'Installer';
}

/** Puts an assignment in the place of the one that was read; `undefined` takes it away. */
export function assign(
  machine: Immutable<Machine>,
  assignment: Immutable<Assignment> | undefined,
): readonly JsonPatchOperation[] {
  const path = '/spec/assignment';
  const value = machine.spec.assignment;
  return [
    { op: 'test', path: '/metadata/uid', value: machine.metadata.uid },
    // A field that is not there passes a test for null.
    { op: 'test', path, value: value ?? null },
    ...(assignment ? [{ op: 'add', path, value: assignment } as const] : []),
    ...(!assignment && value ? [{ op: 'remove', path } as const] : []),
  ];
}

/** Answers an agent that asks, by a nonce in its status, whether it is still heard; of that very assignment alone. */
export function confirm(
  machine: Immutable<Machine>,
  { id }: Pick<Assignment, 'id'>,
  nonce: string,
): readonly JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: machine.metadata.uid },
    { op: 'test', path: '/spec/assignment/id', value: id },
    { op: 'add', path: '/spec/assignment/confirmed', value: nonce },
  ];
}

/** How an attempt at a task is called. The same task and the same attempt have the same name, whoever decides and when. */
export function attemptId(task: string, attempt: number, retry: number): string {
  return `${task}.${attempt}.${retry}`;
}

/** What an id says: which task, at which `rollout.attempt`, and how often it was tried again by itself. */
export function parseAttemptId(
  id: string,
): { readonly task: string; readonly attempt: number; readonly retry: number } | undefined {
  const match = /^([0-9a-f]{16})\.(\d+)\.(\d+)$/.exec(id);
  return match?.[1] === undefined
    ? undefined
    : { task: match[1], attempt: Number(match[2]), retry: Number(match[3]) };
}

/**
 * A digest of what an assignment makes of a machine: where it differs, a machine has to apply it anew. What only says how
 * (probes, the window, drift, reboots) is not in it.
 */
export function taskDigest(task: Immutable<Pick<Task, 'action' | 'flake' | 'files'>>): string {
  const { action, flake, files } = task;
  const parts = [
    action,
    flake && [flake.url, flake.revision, flake.directory, flake.attribute],
    (files ?? []).map(({ path, digest, mode, owner, group }) => [path, digest, mode, owner, group]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Whether an agent has still to do something about its assignment: it has not said that this one has ended. */
export function isUnderWay({ spec, status }: Immutable<Pick<Machine, 'spec' | 'status'>>): boolean {
  const apply = status?.agent?.apply;
  if (!spec.assignment) return false;
  return apply?.id !== spec.assignment.id || !ENDED.includes(apply.phase);
}

/** The phases in which an agent is through with an assignment. */
const ENDED: readonly string[] = ['Done', 'Failed', 'RolledBack'];
