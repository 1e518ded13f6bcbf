import type { SinkEvent } from '@hearth/domain';

/** More changes of one event than these are only counted. */
const MOST = 4;
/** A longer value is cut. */
const LONGEST = 60;

type Operation = NonNullable<SinkEvent['patch']>[number];

/** What every change changes, and nobody asks about. */
const NOISE =
  /^\/metadata\/(resourceVersion|generation|managedFields)\b|\/(lastTransitionTime|observedGeneration)$|\/lastHeartbeatTime$/;
const CONDITIONS = /^\/status\/conditions(\/|$)/;

/**
 * What changed, in words: `spec.version 2.1 → 2.2`, `Ready False → True (rss runs)`.
 * @param before the object before, where it is known.
 */
export function patchWords(patch: readonly Operation[], after: unknown, before: unknown): readonly string[] {
  const told = patch.filter(({ op, path }) => op !== 'test' && !NOISE.test(path));
  const fields = told
    .filter(({ path }) => !CONDITIONS.test(path))
    .map((operation) => fieldWords(operation, after, before));
  const isOfConditions = told.some(({ path }) => CONDITIONS.test(path));
  const words = [...fields, ...(isOfConditions ? conditionWords(after, before) : [])];
  if (words.length <= MOST) return words;
  return [...words.slice(0, MOST), `and ${words.length - MOST} more`];
}

function fieldWords(operation: Operation, after: unknown, before: unknown): string {
  const segments = segmentsOf(operation.path);
  const name = nameOf(segments, operation.op === 'remove' ? before : after);
  // The places in a list may have moved by what the same patch did before.
  const old = segments.some(isPlace) ? undefined : valueAt(before, segments);
  switch (operation.op) {
    case 'remove':
      return `${name} removed${isSimple(old) ? ` (was ${shown(old)})` : ''}`;
    case 'move':
    case 'copy':
      return `${name} from ${nameOf(segmentsOf(operation.from), before)}`;
    default: {
      const { value } = operation;
      if (!isSimple(value)) return `${name} ${operation.op === 'add' ? 'added' : 'changed'}`;
      return isSimple(old) ? `${name} ${shown(old)} → ${shown(value)}` : `${name} → ${shown(value)}`;
    }
  }
}

/** The parts of a JSON Pointer (RFC 6901). */
const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const isPlace = (segment: string): boolean => /^(\d+|-)$/.test(segment);

const isSimple = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function shown(value: string | number | boolean): string {
  const text = `${value}`.replace(/[\s\p{Cc}]+/gu, ' ');
  if (text === '') return '""';
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const childOf = (value: unknown, segment: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
    ? Object.entries(value).find(([name]) => name === segment)?.[1]
    : undefined;

const valueAt = (value: unknown, segments: readonly string[]): unknown => segments.reduce(childOf, value);

/** A place in an object: list items by their name, where they have one. */
function nameOf(segments: readonly string[], object: unknown): string {
  let at = object;
  return segments.reduce((path, segment) => {
    at = childOf(at, segment);
    const name = isPlace(segment) ? childOf(at, 'name') : undefined;
    if (isPlace(segment)) return `${path}[${typeof name === 'string' ? name : segment}]`;
    if (!/^[\w-]+$/.test(segment)) return `${path}[${segment}]`;
    return path === '' ? segment : `${path}.${segment}`;
  }, '');
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

function conditionsOf(object: unknown): readonly Condition[] {
  const list = valueAt(object, ['status', 'conditions']);
  if (!Array.isArray(list)) return [];
  return list.map((condition) => {
    const text = (name: string) => String(childOf(condition, name) ?? '');
    return { type: text('type'), status: text('status'), message: text('message') };
  });
}

/** How the conditions differ; all of them, where it is not known how they were. */
function conditionWords(after: unknown, before: unknown): readonly string[] {
  const old = new Map(conditionsOf(before).map((condition) => [condition.type, condition]));
  const now = conditionsOf(after);
  const changed = now.filter(({ type, status, message }) => {
    const was = old.get(type);
    return was === undefined || was.status !== status || was.message !== message;
  });
  const gone = [...old.keys()].filter((type) => !now.some((condition) => condition.type === type));
  return [
    ...changed.map(({ type, status, message }) => {
      const was = old.get(type)?.status;
      const turn = was === undefined || was === status ? status : `${was} → ${status}`;
      return `${type} ${turn}${message === '' ? '' : ` (${shown(message)})`}`;
    }),
    ...gone.map((type) => `${type} gone`),
  ];
}
