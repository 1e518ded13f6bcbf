import type { SinkEvent } from '@hearth/domain';
import { type Fields, isFields } from '../../graph/fields.ts';

/** One thing that differs between two states. */
export interface Difference {
  /** Where: `spec.version`, `status.bindings.db.state`. Items of lists are called by their names. */
  readonly field: string;
  /** Absent where there was nothing, or where it is not known what there was. */
  readonly before?: unknown;
  /** Absent where there is nothing any more. */
  readonly after?: unknown;
}

/** What keeps account of changes, and is none that a person has made or would look for. */
const ACCOUNT =
  /^(metadata\.(resourceVersion|generation|managedFields)|.*\b(observedGeneration|lastTransitionTime))$/;

/** What two states of a resource differ in. */
export function differences(before: Fields, after: Fields): Difference[] {
  return between('', before, after).filter(({ field }) => !ACCOUNT.test(field));
}

function between(field: string, before: unknown, after: unknown): Difference[] {
  if (isFields(before) && isFields(after)) return ofFields(field, before, after);
  if (Array.isArray(before) && Array.isArray(after)) {
    const [one, other] = [byName(before), byName(after)];
    if (one !== undefined && other !== undefined) return ofFields(field, one, other);
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
}

const ofFields = (field: string, before: Fields, after: Fields): Difference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    between(field === '' ? name : `${field}.${name}`, before[name], after[name]),
  );

/** A list whose items have names, as a map; undefined where they have none. An empty list can be either. */
function byName(list: readonly unknown[]): Fields | undefined {
  const named = list.map((item): [string, unknown] | undefined => {
    const name = nameOf(item);
    return name === undefined ? undefined : [name, item];
  });
  return named.every((entry) => entry !== undefined) ? Object.fromEntries(named) : undefined;
}

/** By what an item is told from the others of its list. */
function nameOf(item: unknown): string | undefined {
  if (!isFields(item)) return undefined;
  for (const key of ['type', 'name', 'id', 'uid']) {
    const value = item[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** What an event says that it changed, where the state before is not at hand: what was there is not known then. */
export function patched({ patch = [], object = {} }: SinkEvent): Difference[] {
  const found = patch.flatMap((operation): Difference[] => {
    if (operation.op === 'test') return [];
    const field = named(operation.path, object);
    return [{ field, ...('value' in operation && { after: operation.value }) }];
  });
  return found.filter(({ field }) => !ACCOUNT.test(field));
}

/** A JSON Pointer as people read it; items of lists by their names, where the state after has them. */
function named(pointer: string, object: Fields): string {
  let at: unknown = object;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const inList = Array.isArray(at);
      at = Array.isArray(at) ? at[Number(key)] : isFields(at) ? at[key] : undefined;
      return (inList ? nameOf(at) : undefined) ?? key;
    })
    .join('.');
}
