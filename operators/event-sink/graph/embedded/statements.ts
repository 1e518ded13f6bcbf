import { namedNode, type Store } from 'oxigraph';

/** Statements in N-Triples, with the graph in which they stand. */
export interface Lines {
  readonly graph: string;
  readonly triples: string;
}

export const linesOf = (triples: string): string[] => triples.split('\n').filter((line) => line !== '');

/** All that stands in a graph. */
export const dump = (store: Store, graph: string): string =>
  store.dump({ format: 'application/n-triples', from_graph_name: namedNode(graph) });

/** A line of N-Triples as one of N-Quads, with its end. */
export const nQuad = (line: string, graph: string): string => `${line.slice(0, -1)}<${graph}> .\n`;

/**
 * One call for all: adding one by one in a loop comes to a crawl after some ten thousand.
 * @returns how many statements that was
 */
export function insert(store: Store, all: readonly Lines[]): number {
  const nQuads = all.flatMap(({ graph, triples }) => linesOf(triples).map((line) => nQuad(line, graph)));
  if (nQuads.length > 0) store.load(nQuads.join(''), { format: 'application/n-quads', lenient: true });
  return nQuads.length;
}

/** @returns how many statements that was */
export function remove(store: Store, all: readonly Lines[]): number {
  const some = all.filter(({ triples }) => triples !== '');
  const blocks = some.map(({ graph, triples }) => `GRAPH <${graph}> {\n${triples}\n}`);
  if (blocks.length > 0) store.update(`DELETE DATA {\n${blocks.join('\n')}\n}`);
  return some.reduce((sum, { triples }) => sum + linesOf(triples).length, 0);
}
