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
  const cursor = cursorOn(text);
  const root = readValue(cursor, 0);
  cursor.match(BLANK);
  if (!cursor.isAtEnd()) cursor.fail('the end of the file');
  return root;
}

/** A place in a text, which moves on as the text is read. */
interface Cursor {
  /** How much of the text is behind. */
  at(): number;
  isAtEnd(): boolean;
  /** What a sticky pattern finds here; moves behind it. */
  match(pattern: RegExp): string | undefined;
  /** Whether, after blanks, this character stands here; moves behind it then. */
  skip(character: string): boolean;
  /** Fails at this place, or at `place`. */
  fail(expected: string, place?: number): never;
}

function cursorOn(text: string): Cursor {
  let at = 0;
  const match: Cursor['match'] = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  return {
    match,
    at: () => at,
    isAtEnd: () => at >= text.length,
    skip(character) {
      match(BLANK);
      if (text[at] !== character) return false;
      at += 1;
      return true;
    },
    fail(expected, place = at) {
      throw new BrokenText(lineAt(text, place), `not JSON: ${expected} was expected`);
    },
  };
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  cursor.match(BLANK);
  const start = cursor.at();
  if (depth > DEEPEST) cursor.fail('a nesting of at most 256 levels');
  if (cursor.skip('{')) {
    const members = readSequence(cursor, '}', () => readMember(cursor, depth + 1));
    return { kind: 'object', start, members, end: cursor.at() };
  }
  if (cursor.skip('[')) {
    const items = readSequence(cursor, ']', () => readValue(cursor, depth + 1));
    return { kind: 'array', start, items, end: cursor.at() };
  }
  const text = readString(cursor);
  if (text !== undefined) return { kind: 'text', start, text, end: cursor.at() };
  if (cursor.match(LITERAL) === undefined) cursor.fail('a value');
  return { kind: 'literal', start, end: cursor.at() };
}

/** What stands up to a closing bracket, with commas between. */
function readSequence<T>(cursor: Cursor, close: string, read: () => T): T[] {
  const elements: T[] = [];
  if (cursor.skip(close)) return elements;
  do elements.push(read());
  while (cursor.skip(','));
  if (!cursor.skip(close)) cursor.fail(`\`,\` or \`${close}\``);
  return elements;
}

function readMember(cursor: Cursor, depth: number): JsonMember {
  cursor.match(BLANK);
  const start = cursor.at();
  const name = readString(cursor) ?? cursor.fail('a name in double quotes');
  const nameEnd = cursor.at();
  if (!cursor.skip(':')) cursor.fail('`:`');
  return { name, start, nameEnd, value: readValue(cursor, depth) };
}

function readString(cursor: Cursor): string | undefined {
  const start = cursor.at();
  const found = cursor.match(STRING);
  try {
    return found === undefined ? undefined : JSON.parse(found);
  } catch {
    return cursor.fail('a text as JSON writes it', start);
  }
}
