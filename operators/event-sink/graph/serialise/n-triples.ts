import { XSD } from '../../vocabulary/namespaces.ts';
import type { Quad, Term, Triple } from '../quad.ts';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped.
const toEscape = /[\u0000-\u001f\u007f"\\]/g;

/** A text in quotes, escaped as canonical N-Quads are (RDFC-1.0, §5), which Turtle reads, too. */
export const quoted = (text: string): string =>
  `"${text.replace(
    toEscape,
    (char) => escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  )}"`;

const term = (object: Term): string => {
  if (object.type === 'iri') return `<${object.value}>`;
  return object.datatype === `${XSD}string`
    ? quoted(object.value)
    : `${quoted(object.value)}^^<${object.datatype}>`;
};

/** One statement as a line of N-Triples, without its end. */
const tripleLine = ({ subject, predicate, object }: Triple): string =>
  `<${subject}> <${predicate}> ${term(object)} .`;

/** Statements as N-Triples 1.1, without their graphs. */
export const nTriples = (triples: readonly Triple[]): string =>
  triples.map((triple) => `${tripleLine(triple)}\n`).join('');

/** One statement as a line of N-Quads 1.1, with its end. */
export const nQuadLine = ({ graph, ...triple }: Quad): string =>
  `${tripleLine(triple).slice(0, -1)}<${graph}> .\n`;
