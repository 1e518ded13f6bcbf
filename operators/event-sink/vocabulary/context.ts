import type { Iris } from './iris.ts';
import { PROV, RDF, RDFS, SCHEMA, XSD } from './namespaces.ts';
import { properties } from './properties.ts';

/** What the name of a property stands for, where its values are written shorter than they are. */
interface TermDefinition {
  readonly '@id': string;
  /** `@id`: its texts are IRIs; else, the datatype that they have. */
  readonly '@type': string;
}

/** A JSON-LD 1.1 context. A name that it does not have is a term of the vocabulary (`@vocab`). */
export type Context = Readonly<Record<string, string | TermDefinition>>;

/** How prefixes shorten IRIs, here and in Turtle. */
export const prefixes = (iris: Iris): Readonly<Record<string, string>> => ({
  hearth: iris.term(''),
  prov: PROV,
  rdf: RDF,
  rdfs: RDFS,
  schema: SCHEMA,
  xsd: XSD,
});

/** What the properties of the graph are in JSON-LD: by their names alone, edges as addresses, times as texts. */
export function context(iris: Iris): Context {
  const own = properties().flatMap(({ name, ranges, isEdge }): [string, TermDefinition][] => {
    const type = isEdge ? '@id' : onlyTime(ranges) ? 'xsd:dateTime' : undefined;
    return type === undefined ? [] : [[name, { '@id': `hearth:${name}`, '@type': type }]];
  });
  return { '@vocab': iris.term(''), ...prefixes(iris), ...Object.fromEntries(own) };
}

const onlyTime = (ranges: ReadonlySet<string>): boolean => ranges.size === 1 && ranges.has('dateTime');
