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
  /^metadata\.(resourceVersion|generation|managedFields)\b|\b(observedGeneration|lastTransitionTime)$/;

/** What two states of a resource differ in. */
export const differences = (before: Fields, after: Fields): Difference[] =>
  between('', before, after).filter(({ field }) => !ACCOUNT.test(field));

function between(field: string, before: unknown, after: unknown): Difference[] {
  const [one, other] = [partsOf(before), partsOf(after)];
  // What came or went as a whole is told by its parts, too.
  if ((one ?? before === undefined) && (other ?? after === undefined))
    return ofParts(field, one ?? {}, other ?? {});
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

const ofParts = (field: string, before: Fields, after: Fields): Difference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    between(field === '' ? name : `${field}.${name}`, before[name], after[name]),
  );

/** What has parts with names, as a map; an item of a list without what names it, which is its place already. */
function partsOf(value: unknown): Fields | undefined {
  if (isFields(value)) return value;
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(asPart);
  return parts.every((part) => part !== undefined) ? Object.fromEntries(parts) : undefined;
}

/** By what an item is told from the others of its list. */
const NAMES = ['type', 'name', 'id', 'uid'];

function asPart(item: unknown): readonly [string, Fields] | undefined {
  const name = nameOf(item);
  if (name === undefined || !isFields(item)) return undefined;
  const key = NAMES.find((each) => item[each] === name);
  return [name, Object.fromEntries(Object.entries(item).filter(([field]) => field !== key))];
}

const nameOf = (item: unknown): string | undefined =>
  isFields(item) ? NAMES.map((key) => item[key]).find((name) => typeof name === 'string') : undefined;

/** What an event says that it changed, where the state before is not at hand: what was there is not known then. */
export const patched = ({ patch = [], object = {} }: SinkEvent): Difference[] =>
  patch
    .flatMap((operation): Difference[] => {
      const field = named(operation.path, object);
      if (operation.op === 'test') return [];
      return 'value' in operation ? between(field, undefined, operation.value) : [{ field }];
    })
    .filter(({ field }) => !ACCOUNT.test(field));

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
