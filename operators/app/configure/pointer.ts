import { StepFailure } from './failure.ts';

/**
 * The parts of a JSON Pointer (RFC 6901), `/server/port`.
 * @throws StepFailure where it is none, or names the whole document, or `-`, by which each run would add one more.
 */
export function parsePointer(pointer: string): readonly [string, ...string[]] {
  const [root, first, ...rest] = pointer.split('/').map(unescapePart);
  if (root !== '' || first === undefined || /~(?![01])/.test(pointer)) {
    throw new StepFailure(`\`${pointer}\` is not a JSON Pointer to a key; write it as /server/port`);
  }
  if ([first, ...rest].includes('-')) {
    throw new StepFailure(
      `\`${pointer}\` adds to a list with each run; name the place in the list by its number`,
    );
  }
  return [first, ...rest];
}

const unescapePart = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * The place in a list of `length` that a part of a pointer names; `length` itself is the place behind the last.
 * @throws StepFailure where there is none.
 */
export function indexIn(part: string, length: number, pointer: string): number {
  const index = /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : Number.NaN;
  if (index <= length) return index;
  throw new StepFailure(`\`${pointer}\`: \`${part}\` is no place in a list of ${length}`);
}

/** What a pointer names in a parsed JSON value; undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of parsePointer(pointer)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}
