import { createHash } from 'node:crypto';
import { Store } from 'oxigraph';
import type { Activity, Changes, StateChange } from '../changes.ts';
import type { BoundedQuery } from '../query/bounded.ts';
import { createAudiences } from './audiences.ts';
import { createContents } from './contents.ts';
import type { Room } from './room.ts';
import { dump, insert, type Lines, linesOf, nQuad, remove } from './statements.ts';

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
  /** Makes the graphs say what the changes say. */
  apply(changes: Changes): void;
  /** Makes what those need who may not see all. Their first query does it, too, which then takes that longer. */
  admit(allowed: readonly string[]): void;
  /** @throws where the answer is too large to be handed on */
  query(query: StoreQuery): string;
  /** SHA-256 of all that is in it, in its canonical form (RDFC-1.0), in hex. */
  canonicalHash(): string;
  room(): Room;
}

/** Characters of an answer, in millions. Whoever waits for it has it in memory until it is sent. */
const LARGEST_ANSWER = 8;

/** An empty store. */
export function createStore({ base, activities: activityPrefix, keep }: StoreOptions): ProjectionStore {
  const store = new Store();
  const contents = createContents();
  const audiences = createAudiences({ store, graphs: contents.graphs }, base);
  let live = 0;
  let gone = 0;

  const stateLines = (graph: string): string[] =>
    contents.hasState(graph)
      ? linesOf(dump(store, graph)).filter((line) => !line.startsWith(`<${activityPrefix}`))
      : [];

  /** First what goes: if a line is written in two ways, it both goes and comes. */
  const change = (going: readonly Lines[], coming: readonly Lines[]) => {
    const removed = remove(store, going);
    live += insert(store, coming) - removed;
    gone += removed + audiences.change(going, coming);
  };

  return {
    load(states, activities) {
      contents.put(states, activities);
      change([], [...states, ...activities]);
    },
    apply({ seq, states, activities }) {
      const differences = states.map(({ graph, triples }) =>
        difference(graph, stateLines(graph), linesOf(triples)),
      );
      const fresh = activities.filter((activity) => activity.seq > seq - keep);
      const expired = contents.expire(seq - keep);
      contents.put(states, fresh);
      change(
        [...differences.map(({ before }) => before), ...expired],
        [...differences.map(({ after }) => after), ...fresh],
      );
    },
    admit(allowed) {
      audiences.storeFor(allowed);
    },
    query({ sparql, contentType, allowed }) {
      const seen = allowed === 'all' ? store : audiences.storeFor(allowed);
      const options = { base_iri: base, results_format: contentType, use_default_graph_as_union: true };
      const answer = String(seen.query(sparql, options));
      if (answer.length <= LARGEST_ANSWER * 1e6) return answer;
      throw new Error(`the answer has more than ${LARGEST_ANSWER} million characters; ask for less at once`);
    },
    canonicalHash: () => canonicalHash(store, contents.graphs()),
    room: () => ({ live, gone, copied: audiences.size() }),
  };
}

/** What one state says and another doesn't, both ways: mostly a few lines of many. */
function difference(
  graph: string,
  before: readonly string[],
  after: readonly string[],
): { before: Lines; after: Lines } {
  const old = new Set(before);
  const now = new Set(after);
  return {
    before: { graph, triples: before.filter((line) => !now.has(line)).join('\n') },
    after: { graph, triples: after.filter((line) => !old.has(line)).join('\n') },
  };
}

/**
 * Without blank nodes, the canonical form is the lines, each once, in the order of their code points (RDFC-1.0 §4.4).
 * Graph by graph: all at once would take from the store what it never gives back.
 */
function canonicalHash(store: Store, graphs: readonly string[]): string {
  const lines = graphs.flatMap((graph) =>
    linesOf(dump(store, graph)).map((line) => Buffer.from(nQuad(line, graph))),
  );
  const hash = createHash('sha256');
  for (const line of lines.sort(Buffer.compare)) hash.update(line);
  return hash.digest('hex');
}
