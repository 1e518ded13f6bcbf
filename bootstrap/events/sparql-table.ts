import { Failure } from '../failure.ts';

/** A value of a row (SPARQL 1.1 Query Results JSON Format, 3.2.2), those parts that are shown. */
interface Term {
  readonly type: 'uri' | 'literal' | 'bnode' | 'typed-literal';
  readonly value: string;
}

/** An answer in that format. */
type Results =
  | { readonly boolean: boolean }
  | {
      readonly head: { readonly vars: readonly string[] };
      readonly results: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
    };

/** Namespaces that are shown by their usual prefixes. The vocabulary of a home lies in the home. */
const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^https?:\/\/[^/]+\/-\/vocabulary#(?=[\w.-]+$)/, 'hearth:'],
  [/^http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#(?=\w+$)/, 'rdf:'],
  [/^http:\/\/www\.w3\.org\/2000\/01\/rdf-schema#(?=\w+$)/, 'rdfs:'],
  [/^http:\/\/www\.w3\.org\/ns\/prov#(?=\w+$)/, 'prov:'],
  [/^http:\/\/www\.w3\.org\/2001\/XMLSchema#(?=\w+$)/, 'xsd:'],
];

/**
 * Shows the answer to a query as a table, or as yes or no.
 * @param text in SPARQL's JSON format
 * @throws Failure where it isn't.
 */
export function sparqlTable(text: string): string {
  const results = parseResults(text);
  if ('boolean' in results) return results.boolean ? 'yes' : 'no';
  const { vars } = results.head;
  const { bindings } = results.results;
  if (bindings.length === 0) return 'Nothing matches.';
  const rows = bindings.map((row) => vars.map((name) => shown(row[name])));
  const widths = vars.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(vars), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

function parseResults(text: string): Results {
  try {
    const results = JSON.parse(text) as Partial<Extract<Results, { head: unknown }>> & { boolean?: unknown };
    if (typeof results.boolean === 'boolean') return { boolean: results.boolean };
    const { head, results: { bindings } = {} } = results;
    if (Array.isArray(head?.vars) && Array.isArray(bindings)) return { head, results: { bindings } };
  } catch {
    // Below.
  }
  throw new Failure('The event sink’s answer is no result of a query.');
}

function shown(term: Term | undefined): string {
  if (term === undefined) return '';
  if (term.type === 'bnode') return `_:${term.value}`;
  if (term.type !== 'uri') return term.value.replace(/[\s\p{Cc}]+/gu, ' ');
  const [namespace, prefix] = PREFIXES.find(([pattern]) => pattern.test(term.value)) ?? [];
  return namespace === undefined ? term.value : term.value.replace(namespace, prefix ?? '');
}
