import { kinds } from '@hearth/domain';
import { literal } from '../graph/literal.ts';
import { inGraph, iri, type Quad, type Term, type Triple } from '../graph/quad.ts';
import type { Iris } from './iris.ts';
import { PROV, RDF, RDFS, SCHEMA, XSD } from './namespaces.ts';
import { type Property, properties } from './properties.ts';
import { classes } from './terms.ts';

/**
 * What the terms of a home's graph mean (RDF Schema), in the graph at the vocabulary's own IRI. It comes from the
 * schemas of the kinds, by which the API server checks what the graph is made of.
 */
export function vocabularyQuads(iris: Iris): Quad[] {
  const document = iris.vocabulary;
  return inGraph(document, [
    {
      subject: document,
      predicate: `${RDFS}label`,
      object: literal('What the terms of this home’s graph mean'),
    },
    ...Object.entries(classes).flatMap(([name, comment]) => classTriples(name, comment, iris)),
    { subject: iris.term('Change'), predicate: `${RDFS}subClassOf`, object: iri(`${PROV}Activity`) },
    ...kinds.flatMap(({ kind, description }) => [
      ...classTriples(kind, description, iris),
      { subject: iris.term(kind), predicate: `${RDFS}subClassOf`, object: iri(iris.term('Resource')) },
    ]),
    ...properties().flatMap((property) => propertyTriples(property, iris)),
  ]);
}

function classTriples(name: string, comment: string, iris: Iris): Triple[] {
  return termTriples(name, `${RDFS}Class`, [comment], iris);
}

function propertyTriples(property: Property, iris: Iris): Triple[] {
  const { name, comments, ranges } = property;
  const said = (predicate: string, object: Term) => ({ subject: iris.term(name), predicate, object });
  const range = ranges.size === 1 ? rangeIri(property, iris) : undefined;
  return [
    ...termTriples(name, `${RDF}Property`, [...comments], iris),
    ...[...property.kinds].map((kind) => said(`${SCHEMA}domainIncludes`, iri(iris.term(kind)))),
    ...(range === undefined ? [] : [said(`${RDFS}range`, iri(range))]),
  ];
}

function rangeIri({ ranges, isEdge }: Property, iris: Iris): string | undefined {
  const [range] = ranges;
  switch (range) {
    case undefined:
    case 'any':
      return undefined;
    case 'node':
      return isEdge ? iris.term('Resource') : undefined;
    case 'sequence':
      return `${RDF}Seq`;
    default:
      return XSD + range;
  }
}

function termTriples(name: string, type: string, comments: readonly string[], iris: Iris): Triple[] {
  const subject = iris.term(name);
  return [
    { subject, predicate: `${RDF}type`, object: iri(type) },
    { subject, predicate: `${RDFS}label`, object: literal(name) },
    ...comments.map((comment) => ({ subject, predicate: `${RDFS}comment`, object: literal(comment) })),
    { subject, predicate: `${RDFS}isDefinedBy`, object: iri(iris.vocabulary) },
  ];
}
