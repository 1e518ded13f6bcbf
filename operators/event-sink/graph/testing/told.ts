import { RDF } from '../../vocabulary/namespaces.ts';
import type { Quad } from '../quad.ts';
import { iris } from './events.ts';

/** Quads as a person would write them down, without what they have in common: `rss#spec definition "miniflux"`. */
export const told = (quads: readonly Quad[]): string[] =>
  quads.map(({ subject, predicate, object }) =>
    [subject, predicate, object.type === 'iri' ? object.value : literal(object.value, object.datatype)]
      .map(shortened)
      .join(' '),
  );

const literal = (value: string, datatype: string): string => {
  const type = datatype.slice(datatype.indexOf('#') + 1);
  return type === 'string' ? JSON.stringify(value) : `${value}^${type}`;
};

const shortened = (text: string): string =>
  text
    .replace(iris.term(''), '')
    .replace(`${RDF}type`, 'a')
    .replace(RDF, 'rdf:')
    .replace('http://www.w3.org/ns/prov#', 'prov:')
    .replace(iris.base, '');
