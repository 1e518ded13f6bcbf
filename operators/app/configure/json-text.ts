import { BrokenText, lineAt } from './failure.ts';

/** A value of a JSON text, and where it stands in it. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal' }
);

/** A name and its value. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly nameEnd: number;
  readonly value: JsonNode;
}

/** Many programs let comments stand in their JSON; they are blanks here. */
const BLANK = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
/** As far as where a string ends; what may be in it, JSON.parse knows. */
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.+-])/y;
/** Deeper than any configuration, and far from the end of the stack. */
const DEEPEST = 256;

/**
 * Reads a JSON text (RFC 8259) into values that know their places, so that one can be changed without touching
 * a byte of the others.
 * @throws BrokenText
 */
export function readJson(text: string): JsonNode {
  let at = 0;
  let depth = 0;

  const fail = (expected: string): never => {
    throw new BrokenText(lineAt(text, at), `not JSON: ${expected} was expected`);
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const skip = (character: string): boolean => {
    match(BLANK);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  /** What stands between brackets, with commas between. */
  const sequence = <T>(close: string, element: () => T): T[] => {
    const elements: T[] = [];
    at += 1;
    depth += 1;
    if (depth > DEEPEST) fail('a nesting of at most 256 levels');
    if (!skip(close)) {
      do elements.push(element());
      while (skip(','));
      if (!skip(close)) fail(`\`,\` or \`${close}\``);
    }
    depth -= 1;
    return elements;
  };
  const string = (): string | undefined => {
    const start = at;
    const found = match(STRING);
    try {
      return found === undefined ? undefined : JSON.parse(found);
    } catch {
      at = start;
      return fail('a text as JSON writes it');
    }
  };
  const member = (): JsonMember => {
    match(BLANK);
    const start = at;
    const name = string() ?? fail('a name in double quotes');
    const nameEnd = at;
    if (!skip(':')) fail('`:`');
    return { name, start, nameEnd, value: value() };
  };
  const value = (): JsonNode => {
    match(BLANK);
    const start = at;
    if (text[at] === '{') return { kind: 'object', start, members: sequence('}', member), end: at };
    if (text[at] === '[') return { kind: 'array', start, items: sequence(']', value), end: at };
    const read = string();
    if (read !== undefined) return { kind: 'text', start, text: read, end: at };
    if (match(LITERAL) === undefined) fail('a value');
    return { kind: 'literal', start, end: at };
  };

  const root = value();
  match(BLANK);
  if (at < text.length) fail('the end of the file');
  return root;
}
