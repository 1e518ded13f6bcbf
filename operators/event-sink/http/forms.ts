import type { Triple } from '../graph/quad.ts';
import { jsonLd } from '../graph/serialise/json-ld.ts';
import { nTriples } from '../graph/serialise/n-triples.ts';
import { turtle } from '../graph/serialise/turtle.ts';
import { context } from '../vocabulary/context.ts';
import type { Iris } from '../vocabulary/iris.ts';
import { digest } from './entity.ts';

/** The forms in which statements are given, the most welcome first. */
export const rdfTypes = ['text/turtle', 'application/ld+json', 'application/n-triples'] as const;

/** A form in which statements are given. */
export type RdfType = (typeof rdfTypes)[number];

/** Whether a type is one of statements. */
export const isRdf = (type: string): type is RdfType => rdfTypes.some((one) => one === type);

/** Statements about something, in one of the forms. */
export function written(type: RdfType, triples: readonly Triple[], about: string, iris: Iris): string {
  switch (type) {
    case 'text/turtle':
      return turtle(triples, iris);
    case 'application/n-triples':
      return nTriples(triples);
    case 'application/ld+json':
      return JSON.stringify(jsonLd(triples, about, iris));
  }
}

/** Tells documents of one home and one vocabulary from those of others; part of their tags. */
export const editionOf = (iris: Iris): string => digest(JSON.stringify(context(iris))).slice(0, 8);
