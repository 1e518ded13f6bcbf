import type { SinkEvent } from '@hearth/domain';
import type { Patch } from './patch.ts';

/** Who changed something, and how sure that is. */
export type Actor = SinkEvent['actor'];

/** What the API server notes of who set which fields (`metadata.managedFields`). */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  /** To the second: when this manager last changed something. */
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** Nothing says who it was. */
export const nobody: Actor = { name: '', confidence: 'none' };

/** What the API server sets by itself, on whose behalf ever: it has no manager. */
const ownFields =
  /^\/metadata\/(deletionTimestamp|deletionGracePeriodSeconds|generation|creationTimestamp|uid)$/;

/**
 * The field manager that was the last to change something; of several in one second, the one whose fields the patch
 * touches most. That an object is to be deleted, and that it is, is in nobody's fields.
 * @param patch what changed, undefined where the object is new
 */
export function actorOf(managedFields: readonly ManagedFields[], patch: Patch | undefined): Actor {
  const changed = patch?.map(({ path }) => path).filter((path) => !ownFields.test(path));
  if (changed?.length === 0 && patch?.length !== 0) return nobody;
  const newest = managedFields.reduce((latest, { time = '' }) => (time > latest ? time : latest), '');
  const last = managedFields.filter(({ time, manager }) => time === newest && manager);
  const [entry] = last
    .map((candidate) => ({ candidate, depth: depthIn(candidate.fieldsV1, changed ?? []) }))
    .sort((one, other) => other.depth - one.depth);
  if (newest === '' || entry === undefined) return nobody;
  const { manager: name = '', operation } = entry.candidate;
  return { name, confidence: 'field-manager', ...(operation === undefined ? {} : { operation }) };
}

/** How far the paths lead into a set of fields, taken together. */
const depthIn = (fields: unknown, paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + depthOf(fields, path), 0);

function depthOf(fields: unknown, path: string): number {
  let node = fields;
  let depth = 0;
  for (const token of path.split('/').slice(1)) {
    // An item of a list is named by its keys there, by its place here.
    const name = `f:${token.replaceAll('~1', '/').replaceAll('~0', '~')}`;
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) break;
    node = (node as Readonly<Record<string, unknown>>)[name];
    depth++;
  }
  return depth;
}
