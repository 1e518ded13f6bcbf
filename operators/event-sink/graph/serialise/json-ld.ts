import { type Context, context, prefixes } from '../../vocabulary/context.ts';
import type { Iris } from '../../vocabulary/iris.ts';
import { RDF, XSD } from '../../vocabulary/namespaces.ts';
import type { Term, Triple } from '../quad.ts';

/** A node of JSON-LD. */
type Node = { [key: string]: unknown };

interface Writing {
  readonly context: Context;
  readonly bySubject: ReadonlyMap<string, readonly Triple[]>;
  /** Those that have their place in the document. */
  readonly written: Set<string>;
  readonly iris: Iris;
}

/**
 * Statements as a JSON-LD 1.1 document: the node `about` with its parts within it, and what else there is beside it
 * (`@included`). It brings its context with it: to read it, nothing has to be fetched.
 */
export function jsonLd(triples: readonly Triple[], about: string, iris: Iris): object {
  const writing: Writing = {
    context: context(iris),
    bySubject: Map.groupBy(triples, ({ subject }) => subject),
    written: new Set(),
    iris,
  };
  const main = nodeAt(about, writing);
  const included = [...writing.bySubject.keys()].flatMap((subject) =>
    writing.written.has(subject) ? [] : [nodeAt(subject, writing)],
  );
  return {
    '@context': writing.context,
    ...main,
    ...(included.length > 0 && { '@included': included }),
  };
}

function nodeAt(subject: string, writing: Writing): Node {
  writing.written.add(subject);
  const node: Node = { '@id': subject };
  const own = Map.groupBy(writing.bySubject.get(subject) ?? [], ({ predicate }) => predicate);
  for (const [predicate, triples] of own) {
    const key = predicate === `${RDF}type` ? '@type' : compact(predicate, writing.iris);
    const values = triples.map(({ object }) =>
      key === '@type' ? compact(object.value, writing.iris) : valueFor(object, subject, key, writing),
    );
    node[key] = values.length === 1 ? values[0] : values;
  }
  return node;
}

/** A part of the node is written within it; anything else is named. */
function valueFor(object: Term, subject: string, key: string, writing: Writing): unknown {
  const coercion = writing.context[key];
  const type = typeof coercion === 'object' ? coercion['@type'] : undefined;
  if (object.type === 'literal') return literalValue(object.value, object.datatype, type);
  const { value } = object;
  const isPart =
    value.startsWith(`${subject}#`) || (subject.includes('#') && value.startsWith(`${subject}/`));
  if (isPart && writing.bySubject.has(value) && !writing.written.has(value)) return nodeAt(value, writing);
  return type === '@id' ? value : { '@id': value };
}

function literalValue(value: string, datatype: string, type: string | undefined): unknown {
  const name = `xsd:${datatype.slice(XSD.length)}`;
  if (type === name) return value;
  if (type === undefined && datatype === `${XSD}string`) return value;
  if (type === undefined && datatype === `${XSD}boolean`) return value === 'true';
  if (type === undefined && datatype === `${XSD}integer` && Number.isSafeInteger(Number(value)))
    return Number(value);
  return datatype === `${XSD}string` ? { '@value': value } : { '@value': value, '@type': name };
}

/** A term of the vocabulary by its name alone, others with their prefix. */
function compact(iri: string, iris: Iris): string {
  if (iri.startsWith(iris.term(''))) return iri.slice(iris.term('').length);
  const [prefix, namespace] = Object.entries(prefixes(iris)).find(([, start]) => iri.startsWith(start)) ?? [];
  return prefix === undefined || namespace === undefined ? iri : `${prefix}:${iri.slice(namespace.length)}`;
}
