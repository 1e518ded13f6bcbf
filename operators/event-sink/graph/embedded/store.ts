import { createHash } from 'node:crypto';
import { namedNode, Store } from 'oxigraph';
import type { Activity, Changes, StateChange } from '../changes.ts';
import type { BoundedQuery } from '../query/bounded.ts';
import { visibleGraphs } from '../query/visible.ts';
import { createContents } from './contents.ts';

/** What a store is of. */
export interface StoreOptions {
  /** The base of all IRIs; ends with a slash. */
  readonly base: string;
  /** What the IRIs of activities begin with. */
  readonly activities: string;
  /** Of how many events, counted back from the last, the activities are kept. */
  readonly keep: number;
}

/** A query that was found to be in order, and how its answer is to be written. */
export interface StoreQuery extends BoundedQuery {
  readonly contentType: string;
  readonly allowed: 'all' | readonly string[];
}

/** Oxigraph, with what it has to know of the graphs in it. Every call blocks its thread. */
export interface ProjectionStore {
  /** Fills it; for graphs of which nothing is there yet. */
  load(states: readonly StateChange[], activities: readonly Activity[]): void;
  /** Makes the graphs say what the changes say. Returns how many statements went: their room is not given back. */
  apply(changes: Changes): number;
  query(query: StoreQuery): string;
  canonicalHash(): string;
}

/** An empty store. */
export function createStore({ base, activities: activityPrefix, keep }: StoreOptions): ProjectionStore {
  const store = new Store();
  const contents = createContents();

  const stateLines = (graph: string): string[] =>
    contents.hasState(graph)
      ? linesOf(dump(store, graph)).filter((line) => !line.startsWith(`<${activityPrefix}`))
      : [];

  return {
    load(states, activities) {
      contents.put(states, activities);
      insert(store, [...states, ...activities]);
    },
    apply({ seq, states, activities }) {
      const differences = states.map(({ graph, triples }) =>
        difference(graph, stateLines(graph), linesOf(triples)),
      );
      const fresh = activities.filter((activity) => activity.seq > seq - keep);
      const expired = contents.expire(seq - keep);
      contents.put(states, fresh);
      // First what goes: if a line is written in two ways, it both goes and comes.
      const gone = remove(store, [...differences.map((one) => one.gone), ...expired]);
      insert(store, [...differences.map((one) => one.come), ...fresh]);
      return gone;
    },
    query({ sparql, contentType, allowed }) {
      const dataset = allowed === 'all' ? everything : only(visibleGraphs(contents.graphs(), allowed, base));
      return String(store.query(sparql, { base_iri: base, results_format: contentType, ...dataset }));
    },
    canonicalHash: () => canonicalHash(store.dump({ format: 'application/n-quads' })),
  };
}

const dump = (store: Store, graph: string): string =>
  store.dump({ format: 'application/n-triples', from_graph_name: namedNode(graph) });

interface Lines {
  readonly graph: string;
  readonly triples: string;
}

const linesOf = (triples: string): string[] => triples.split('\n').filter((line) => line !== '');

/** What goes and what comes where one state follows another: mostly a few lines of many. */
function difference(
  graph: string,
  before: readonly string[],
  after: readonly string[],
): { gone: Lines; come: Lines } {
  const old = new Set(before);
  const now = new Set(after);
  return {
    gone: { graph, triples: before.filter((line) => !now.has(line)).join('\n') },
    come: { graph, triples: after.filter((line) => !old.has(line)).join('\n') },
  };
}

/** One call for all: adding one by one in a loop comes to a crawl after some ten thousand. */
function insert(store: Store, all: readonly Lines[]): void {
  const nQuads = all.flatMap(({ graph, triples }) =>
    linesOf(triples).map((line) => `${line.slice(0, -1)}<${graph}> .\n`),
  );
  if (nQuads.length > 0) store.load(nQuads.join(''), { format: 'application/n-quads', lenient: true });
}

/** Returns how many statements that was. */
function remove(store: Store, all: readonly Lines[]): number {
  const some = all.filter(({ triples }) => triples !== '');
  const blocks = some.map(({ graph, triples }) => `GRAPH <${graph}> {\n${triples}\n}`);
  if (blocks.length > 0) store.update(`DELETE DATA {\n${blocks.join('\n')}\n}`);
  return some.reduce((sum, { triples }) => sum + linesOf(triples).length, 0);
}

const everything = { use_default_graph_as_union: true };

/** The dataset of a query that may not see all: it takes the place of any that the query names. */
function only(graphs: readonly string[]) {
  const visible = graphs.map((graph) => namedNode(graph));
  return { default_graph: visible, named_graphs: visible };
}

/** Without blank nodes, the canonical form is the lines, each once, in the order of their code points (RDFC-1.0 §4.4). */
function canonicalHash(nQuads: string): string {
  const lines = linesOf(nQuads).map((line) => Buffer.from(`${line}\n`));
  const hash = createHash('sha256');
  for (const line of lines.sort(Buffer.compare)) hash.update(line);
  return hash.digest('hex');
}
