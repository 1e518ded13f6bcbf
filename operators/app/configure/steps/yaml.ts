import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  Scalar as YamlScalar,
} from 'yaml';
import { BrokenText, lineEnd, StepFailure } from '../failure.ts';
import { indexIn, parsePointer } from '../pointer.ts';
import { scalarOf } from '../scalar.ts';

/**
 * Sets keys of a YAML file by JSON Pointer; types as {@link scalarOf} says. What leads to a missing key is made,
 * also in the place of null. Comments, order and the notation of other values stay; blanks inside a line and
 * the depth of indentation may become even.
 * @throws BrokenText, StepFailure where a pointer leads through, or to, what is of another kind.
 */
export function setYamlKeys(text: string, keys: Readonly<Record<string, string>>): string {
  const document = read(text);
  let changed = false;
  for (const [pointer, value] of Object.entries(keys)) {
    if (setKey(document, pointer, value)) changed = true;
  }
  if (!changed) return text;
  const written = document.toString({ lineWidth: 0, ...layoutOf(text) });
  return lineEnd(text) === '\r\n' ? written.replaceAll('\n', '\r\n') : written;
}

function read(text: string): Document {
  const lines = new LineCounter();
  // In the failsafe schema every plain value is the text that it is written as. So none is rewritten, whichever
  // of YAML's versions the app reads: `yes`, `0017` and `1_000` mean something else to each.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error?.code === 'MULTIPLE_DOCS') {
    throw new StepFailure('several YAML documents are in it; a step sets keys of one');
  }
  // The error's own message may quote the line, and with it a secret.
  if (error) throw new BrokenText(lines.linePos(error.pos[0]).line, `not YAML (${error.code})`);
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      throw new BrokenText(
        lines.linePos(alias.range?.[0] ?? 0).line,
        'not YAML: an alias without its anchor',
      );
    },
  });
  return document;
}

/** Whether the document was changed. */
function setKey(document: Document, pointer: string, value: string): boolean {
  const path = parsePointer(pointer);
  if (isNothing(document.contents)) document.contents = document.createNode({});
  let node = document.contents as Node;
  for (const part of path.slice(0, -1)) {
    const next = child(node, part, pointer);
    if (isNothing(next)) {
      const nested = document.createNode({});
      // An anchor on nothing would be lost, and with it what refers to it.
      if (next?.anchor !== undefined)
        throw new StepFailure(`\`${pointer}\`: ${part} is an anchor without a value`);
      put(node, part, nested, pointer);
      node = nested;
    } else node = next;
  }
  return setScalar(node, path.at(-1) ?? '', value, pointer);
}

function setScalar(parent: Node, part: string, value: string, pointer: string): boolean {
  const current = child(parent, part, pointer);
  if (current !== undefined && !isScalar(current)) {
    throw new StepFailure(`\`${pointer}\` is a map, a list or an alias: a step sets single values`);
  }
  const scalar = scalarOf(value, current !== undefined && holdsText(current));
  const source = scalar.type === 'text' ? scalar.text : scalar.literal;
  const plain = scalar.type === 'literal';
  if (current !== undefined && current.value === source && isPlain(current) === plain) return false;
  // Plain text that says what it should: quoting it would be a change for nothing.
  if (current !== undefined && current.value === source && holdsText(current)) return false;
  const next = current ?? new YamlScalar<unknown>(source);
  next.value = source;
  if (plain) next.type = 'PLAIN';
  else if (next.type !== 'QUOTE_SINGLE') next.type = 'QUOTE_DOUBLE';
  delete next.tag;
  if (current === undefined) put(parent, part, next, pointer);
  return true;
}

function child(node: Node, part: string, pointer: string): Node | undefined {
  if (isMap<Node, Node | null>(node)) return pairOf(node.items, part)?.value ?? undefined;
  if (isSeq<Node>(node)) return node.items[indexIn(part, node.items.length, pointer)];
  throw new StepFailure(`\`${pointer}\`: what should hold \`${part}\` is no map and no list`);
}

function put(node: Node, part: string, value: Node, pointer: string): void {
  if (isSeq<Node>(node)) node.items[indexIn(part, node.items.length, pointer)] = value;
  else if (isMap<Node, Node | null>(node)) {
    const pair = pairOf(node.items, part);
    if (pair) pair.value = value;
    else node.set(keyNode(part), value);
  }
}

const pairOf = (pairs: readonly Pair<Node, Node | null>[], part: string) =>
  pairs.find(({ key }) => isScalar(key) && key.value === part);

/** A key in quotes where, plain, some reader would take it for something other than a text. */
function keyNode(part: string): YamlScalar {
  const key = new YamlScalar(part);
  key.type = NOT_TEXT.test(part) ? 'QUOTE_DOUBLE' : 'PLAIN';
  return key;
}

/** What YAML 1.1 or 1.2 reads as null, a boolean or a number. */
const NOT_TEXT =
  /^(?:|~|null|true|false|y|n|yes|no|on|off|[-+]?(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.\d[\d_]*(?:e[-+]?\d+)?|\.inf)|\.nan)$/i;

const isPlain = ({ type }: YamlScalar): boolean => type === undefined || type === 'PLAIN';

/** Whether a value is a text to every reader. */
const holdsText = (scalar: YamlScalar): boolean =>
  !isPlain(scalar) || scalar.tag !== undefined || !NOT_TEXT.test(String(scalar.value));

const isNothing = (node: Node | null | undefined): node is YamlScalar | null | undefined =>
  node === null ||
  node === undefined ||
  (isScalar(node) && isPlain(node) && node.tag === undefined && /^(?:|~|null)$/i.test(String(node.value)));

/** How a text indents, as far as the library can do likewise. */
function layoutOf(text: string): { indent: number; indentSeq: boolean } {
  const nested = /^[^\s#-][^\n]*:[ \t]*\r?\n( +)[^\s#-]/m.exec(text)?.[1];
  return {
    indent: Math.min(Math.max(nested?.length ?? 2, 1), 8),
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text),
  };
}
