import type { SinkEvent } from '@hearth/domain';

/** How the solutions of a SELECT, or the answer of an ASK, are written (SPARQL 1.1 results formats). */
type BindingsType =
  | 'application/sparql-results+json'
  | 'application/sparql-results+xml'
  | 'text/csv'
  | 'text/tab-separated-values';

/** How the statements of a CONSTRUCT or a DESCRIBE are written. */
type TriplesType = 'text/turtle' | 'application/n-triples';

/** A question, and what it may cost. */
export interface GraphQuery {
  /** SPARQL 1.1 Query. Relative IRIs are the home's. */
  readonly sparql: string;
  readonly bindings: BindingsType;
  readonly triples: TriplesType;
  /** The most solutions that are given. */
  readonly limit: number;
  /** Milliseconds that it may run, and that it may wait until it runs. */
  readonly timeout: number;
  /**
   * What the asker may see: everything; or the graphs of the IRIs that are named, relative to the home, where one that
   * ends with `/` names all that are below it (`home/apps.apps.hearth.dev/`). To the query, nothing else is there.
   */
  readonly allowed: 'all' | readonly string[];
}

/** What came out. */
export interface GraphAnswer {
  readonly contentType: BindingsType | TriplesType;
  readonly body: string;
  /** The last event that it knows of. */
  readonly seq: number;
}

/**
 * The log as a graph: the current state of each resource in the graph at its own IRI, and with it the changes among
 * the last events. It can be thrown away and made again out of the log.
 */
export interface Graph {
  /** Takes in events that the log has. Resolves when queries see them; those that it knows change nothing. */
  apply(events: readonly SinkEvent[]): Promise<void>;
  /**
   * @throws QueryRefused where the query can't be asked
   * @throws QueryTooLong where it did not end in time, or took too much memory
   * @throws GraphBusy where it could not begin in time
   */
  query(query: GraphQuery): Promise<GraphAnswer>;
  /** SHA-256 of the graph in its canonical form (RDFC-1.0), in hex. */
  canonicalHash(): Promise<string>;
  /** The last event that queries see; 0 before the first. */
  seq(): number;
  /** Ends it. What waits is refused. */
  close(): Promise<void>;
}

/** The query is not one, or asks for what no query may. What its message says can be mended by who asked. */
export class QueryRefused extends Error {
  override name = 'QueryRefused';
}

/** The query came to the end of its time, or of the memory that there is for it. */
export class QueryTooLong extends Error {
  override name = 'QueryTooLong';
}

/** The graph is being built, or others are asking; it can be asked again in a while. */
export class GraphBusy extends Error {
  override name = 'GraphBusy';
}
