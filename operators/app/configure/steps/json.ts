import { lineEnd, StepFailure } from '../failure.ts';
import { type JsonMember, type JsonNode, readJson } from '../json-text.ts';
import { indexIn, parsePointer } from '../pointer.ts';
import { type Scalar, scalarOf } from '../scalar.ts';

/**
 * Sets keys of a JSON file by JSON Pointer; types as {@link scalarOf} says. What leads to a missing key is made,
 * also in the place of null. Nothing else is touched: not the order, the layout, the notation of a number, nor
 * comments.
 * @throws BrokenText, StepFailure where a pointer leads through, or to, what is of another kind.
 */
export function setJsonKeys(text: string, keys: Readonly<Record<string, string>>): string {
  let edited = text.trim() === '' ? '{}\n' : text;
  for (const [pointer, value] of Object.entries(keys)) edited = setKey(edited, pointer, value);
  return edited;
}

function setKey(text: string, pointer: string, value: string): string {
  const path = parsePointer(pointer);
  let node = readJson(text);
  for (const [depth, part] of path.entries()) {
    const rest = path.slice(depth + 1);
    if (isNull(node, text)) {
      return splice(
        text,
        node,
        nest([part, ...rest], scalarOf(value, false), indentAt(text, node.start), text),
      );
    }
    const next = child(node, part, pointer);
    if (next === undefined) return insert(text, node, part, rest, scalarOf(value, false));
    node = next;
  }
  if (node.kind === 'object' || node.kind === 'array') {
    throw new StepFailure(`\`${pointer}\` is ${kindName(node)}: a step sets single values`);
  }
  const scalar = scalarOf(value, node.kind === 'text');
  const same = scalar.type === 'text' && node.kind === 'text' && node.text === scalar.text;
  return same ? text : splice(text, node, written(scalar));
}

const isNull = (node: JsonNode, text: string): boolean =>
  node.kind === 'literal' && text.slice(node.start, node.end) === 'null';

const kindName = ({ kind }: JsonNode): string =>
  ({ object: 'an object', array: 'a list', text: 'a text', literal: 'a single value' })[kind];

function child(node: JsonNode, part: string, pointer: string): JsonNode | undefined {
  // Of a name that stands twice, readers take the last.
  if (node.kind === 'object') return node.members.findLast(({ name }) => name === part)?.value;
  if (node.kind === 'array') return node.items[indexIn(part, node.items.length, pointer)];
  throw new StepFailure(`\`${pointer}\`: what should hold \`${part}\` is ${kindName(node)}`);
}

const written = (scalar: Scalar): string =>
  scalar.type === 'text' ? JSON.stringify(scalar.text) : scalar.literal;

const splice = (text: string, { start, end }: { start: number; end: number }, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** Adds a member or item at the end of an object or list. */
function insert(text: string, node: JsonNode, part: string, rest: readonly string[], scalar: Scalar): string {
  const name = node.kind === 'object' ? JSON.stringify(part) : undefined;
  const last = lastOf(node);
  if (last === undefined) return insertFirst(text, node, name, rest, scalar);
  // It is laid out as the last one is.
  const gap = /\s*$/.exec(text.slice(0, last.start))?.[0] ?? '';
  const between = text.slice(last.nameEnd, last.value.start);
  const colon = /^\s*:\s*$/.test(between) ? between : ': ';
  const indent = gap.includes('\n') ? gap.slice(gap.lastIndexOf('\n') + 1) : undefined;
  const value = nest(rest, scalar, indent, text);
  const addition = `,${gap}${name === undefined ? '' : name + colon}${value}`;
  return splice(text, { start: last.value.end, end: last.value.end }, addition);
}

function lastOf(node: JsonNode): Omit<JsonMember, 'name'> | undefined {
  if (node.kind === 'object') return node.members.at(-1);
  const value = node.kind === 'array' ? node.items.at(-1) : undefined;
  return value && { start: value.start, nameEnd: value.start, value };
}

function insertFirst(
  text: string,
  node: JsonNode,
  name: string | undefined,
  rest: readonly string[],
  scalar: Scalar,
): string {
  const outer = indentAt(text, node.start);
  const inner = outer + unitOf(text);
  const between = { start: node.start + 1, end: node.end - 1 };
  const inside = text.slice(between.start, between.end);
  // Comments may stand there alone.
  const after = inside.trim() === '' ? lineEnd(text) + outer : inside;
  const value = nest(rest, scalar, inner, text);
  return splice(
    text,
    between,
    `${lineEnd(text)}${inner}${name === undefined ? '' : `${name}: `}${value}${after}`,
  );
}

/** A value inside the objects that lead to it; on one line where `indent` is not given. */
function nest(path: readonly string[], scalar: Scalar, indent: string | undefined, text: string): string {
  const [part, ...rest] = path;
  if (part === undefined) return written(scalar);
  if (indent === undefined) return `{${JSON.stringify(part)}: ${nest(rest, scalar, undefined, text)}}`;
  const inner = indent + unitOf(text);
  const end = lineEnd(text);
  return `{${end}${inner}${JSON.stringify(part)}: ${nest(rest, scalar, inner, text)}${end}${indent}}`;
}

/** By how much this text indents: as its first indented line does. */
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';

/** The indentation of the line on which an offset stands. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
