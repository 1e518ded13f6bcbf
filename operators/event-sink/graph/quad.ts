/** A thing that has an IRI. */
export interface Iri {
  readonly type: 'iri';
  readonly value: string;
}

/** A value, in the canonical form of its datatype. */
export interface Literal {
  readonly type: 'literal';
  readonly value: string;
  /** An IRI. */
  readonly datatype: string;
}

/** What a statement can be about. */
export type Term = Iri | Literal;

/**
 * One statement (RDF 1.1), in the named graph of the resource that says it. There are no blank nodes: everything has
 * an IRI of its own, so two graphs are the same if their lines are.
 */
export interface Quad {
  readonly subject: string;
  readonly predicate: string;
  readonly object: Term;
  readonly graph: string;
}

/** A statement whose graph is yet to be said. */
export type Triple = Omit<Quad, 'graph'>;

export const iri = (value: string): Iri => ({ type: 'iri', value });

/** The statements, as those of one graph. */
export const inGraph = (graph: string, triples: readonly Triple[]): Quad[] =>
  triples.map((triple) => ({ ...triple, graph }));
