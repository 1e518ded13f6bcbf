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

/** What is known of a change when it is asked who made it. */
export interface Traces {
  /** What changed, undefined where the object is new. */
  readonly patch: Patch | undefined;
  /** When a manager was last noted in the state before, if that is known. */
  readonly noted?: string | undefined;
}

/** When a manager was last noted; empty where none is. */
export const lastNoted = (managedFields: readonly ManagedFields[]): string =>
  managedFields.reduce((latest, { time = '' }) => (time > latest ? time : latest), '');

/**
 * The field manager that was noted last, if it was for this change: it has what was set, or was not noted yet in the
 * state before. Of several in one second, it is the one whose fields the patch touches most. A write that only takes
 * fields away is noted of nobody, but for server-side apply. That an object is to be deleted, and that it is, is in
 * nobody's fields.
 */
export function actorOf(managedFields: readonly ManagedFields[], { patch, noted }: Traces): Actor {
  const changes = patch?.filter(({ path }) => !ownFields.test(path)) ?? [];
  if (patch !== undefined && patch.length > 0 && changes.length === 0) return nobody;
  const newest = lastNoted(managedFields);
  const set = changes.filter(({ op }) => op !== 'remove');
  const [last] = managedFields
    .filter(({ time, manager }) => time === newest && manager)
    .map(({ fieldsV1, ...entry }) => ({
      entry,
      has: set.some(({ path }) => reachOf(fieldsV1, path).isIn),
      depth: changes.reduce((sum, { path }) => sum + reachOf(fieldsV1, path).depth, 0),
    }))
    .sort((one, other) => Number(other.has) - Number(one.has) || other.depth - one.depth);
  if (newest === '' || last === undefined) return nobody;
  const isNew = patch === undefined || (noted !== undefined && newest > noted);
  if (!isNew && !last.has) return nobody;
  const { manager: name = '', operation } = last.entry;
  return { name, confidence: 'field-manager', ...(operation === undefined ? {} : { operation }) };
}

/** How far a path leads into a set of fields, and whether what it leads to is in the set. */
function reachOf(fields: unknown, path: string): { readonly depth: number; readonly isIn: boolean } {
  let node = fields;
  let depth = 0;
  for (const token of path.split('/').slice(1)) {
    const names = typeof node === 'object' && node !== null ? Object.keys(node) : [];
    const name = `f:${token.replaceAll('~1', '/').replaceAll('~0', '~')}`;
    // An item of a list is named by its keys or its value there, by its place here. What has no parts is there as a whole.
    if (!names.includes(name)) return { depth, isIn: depth > 0 && !names.some((other) => /^f:/.test(other)) };
    node = (node as Readonly<Record<string, unknown>>)[name];
    depth++;
  }
  return { depth, isIn: true };
}
