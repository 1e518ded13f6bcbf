import type { SinkEvent } from '@hearth/domain';

/** A JSON Patch (RFC 6902). */
export type Patch = NonNullable<SinkEvent['patch']>;

/** Operations that turn one JSON value into another: `add`, `remove` and `replace`, none where the two are equal. */
export function diff(before: unknown, after: unknown): Patch {
  return valueDiff('', before, after);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueDiff(path: string, before: unknown, after: unknown): Patch {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDiff(path, before, after);
  if (isObject(before) && isObject(after)) return objectDiff(path, before, after);
  return [{ op: 'replace', path, value: after }];
}

function objectDiff(
  path: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Patch {
  const at = (name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [
    ...removed.map((name) => ({ op: 'remove' as const, path: at(name) })),
    ...Object.entries(after).flatMap(([name, value]) =>
      Object.hasOwn(before, name)
        ? valueDiff(at(name), before[name], value)
        : [{ op: 'add' as const, path: at(name), value }],
    ),
  ];
}

/** Items that are equal at both ends stay; what is between is changed in place, then cut or filled up. */
function listDiff(path: string, before: readonly unknown[], after: readonly unknown[]): Patch {
  const shorter = Math.min(before.length, after.length);
  const equal = (one: unknown, other: unknown) => valueDiff('', one, other).length === 0;
  let start = 0;
  while (start < shorter && equal(before[start], after[start])) start++;
  let end = 0;
  while (end < shorter - start && equal(before.at(-1 - end), after.at(-1 - end))) end++;
  const common = shorter - end;
  const changed = before
    .slice(start, common)
    .flatMap((item, index) => valueDiff(`${path}/${start + index}`, item, after[start + index]));
  const cut = before.slice(common, before.length - end).map(() => `${path}/${common}`);
  const filled = after.slice(common, after.length - end);
  return [
    ...changed,
    ...cut.map((at) => ({ op: 'remove' as const, path: at })),
    ...filled.map((value, index) => ({ op: 'add' as const, path: `${path}/${common + index}`, value })),
  ];
}
