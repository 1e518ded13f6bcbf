import type { Iris } from '../vocabulary/iris.ts';
import { RDF } from '../vocabulary/namespaces.ts';
import type { Shape } from '../vocabulary/shape.ts';
import { dateTime, literal } from './literal.ts';
import { iri, type Term, type Triple } from './quad.ts';

/** Something that has parts: it is a node of the graph, with what is said of it and of its parts. */
interface Described {
  readonly term: Term;
  readonly triples: readonly Triple[];
}

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * The IRI of a part: `…/rss#spec`, `…/rss#status/conditions/Ready`. A part that has a key is named by it and not by its
 * place, which may change while it stays what it is.
 */
export const partOf = (node: string, name: string): string =>
  `${node}${node.includes('#') ? '/' : '#'}${encodeURIComponent(name)}`;

/**
 * What an object's fields say of a node. The shape decides how lists and maps stand: what has no order is a property
 * with several values, what has one is an `rdf:Seq`, an entry of a map is a node with its key.
 */
export function fieldTriples(node: string, object: Fields, shape: Shape | undefined, iris: Iris): Triple[] {
  const fields = shape?.is === 'object' ? shape.fields : undefined;
  return Object.entries(object).flatMap(([name, value]) =>
    valuesOf(partOf(node, name), value, fields?.get(name), iris).flatMap(({ term, triples }) => [
      { subject: node, predicate: iris.term(name), object: term },
      ...triples,
    ]),
  );
}

function valuesOf(node: string, value: unknown, shape: Shape | undefined, iris: Iris): Described[] {
  if (Array.isArray(value)) {
    if (shape?.is !== 'set') return [sequence(node, value, shape, iris)];
    return value.flatMap((item) => one(partOf(node, keyOf(item, shape.keys)), item, shape.items, iris));
  }
  if (shape?.is === 'map' && isFields(value))
    return Object.entries(value).flatMap(([key, entry]) => entryOf(node, key, entry, shape.values, iris));
  return one(node, value, shape, iris);
}

/** A single value; nothing where there is none. */
function one(node: string, value: unknown, shape: Shape | undefined, iris: Iris): Described[] {
  if (isFields(value)) return [{ term: iri(node), triples: fieldTriples(node, value, shape, iris) }];
  if (Array.isArray(value)) return [sequence(node, value, shape, iris)];
  return isScalar(value) ? [{ term: scalar(value, shape), triples: [] }] : [];
}

function scalar(value: string | number | boolean, shape: Shape | undefined): Term {
  const isTime = shape?.is === 'value' && shape.datatype === 'dateTime';
  return isTime && typeof value === 'string' ? dateTime(value) : literal(value);
}

function sequence(node: string, items: readonly unknown[], shape: Shape | undefined, iris: Iris): Described {
  const inner = shape?.is === 'sequence' ? shape.items : undefined;
  const members = items.flatMap((item, index) =>
    one(partOf(node, String(index)), item, inner, iris).flatMap(({ term, triples }) => [
      { subject: node, predicate: `${RDF}_${index + 1}`, object: term },
      ...triples,
    ]),
  );
  return {
    term: iri(node),
    triples: [{ subject: node, predicate: `${RDF}type`, object: iri(`${RDF}Seq`) }, ...members],
  };
}

function entryOf(map: string, key: string, value: unknown, shape: Shape, iris: Iris): Described[] {
  const node = partOf(map, key);
  const content = isFields(value)
    ? fieldTriples(node, value, shape, iris)
    : valuesOf(partOf(node, 'value'), value, shape, iris).flatMap(({ term, triples }) => [
        { subject: node, predicate: iris.term('value'), object: term },
        ...triples,
      ]);
  return [
    {
      term: iri(node),
      triples: [{ subject: node, predicate: iris.term('key'), object: literal(key) }, ...content],
    },
  ];
}

/** What tells an item of a list: the values of its keys; of a plain value, the value itself. */
function keyOf(item: unknown, keys: readonly string[]): string {
  return isFields(item) ? keys.map((key) => String(item[key] ?? '')).join(',') : String(item);
}
