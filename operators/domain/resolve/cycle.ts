import { byText } from './ref.ts';

/** What a node can't do without. */
export type Edges = (key: string) => readonly string[];

/** Whether one can get from a node to another along the edges. */
export function reaches(from: string, to: string, edges: Edges): boolean {
  return pathTo(from, to, edges) !== undefined;
}

/**
 * The shortest cycle through any of the given nodes, each node named once, beginning with the node
 * that comes first by name. Of several as short, the first by name.
 */
export function shortestCycle(nodes: Iterable<string>, edges: Edges): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  for (const node of [...nodes].sort(byText)) {
    const path = pathTo(node, node, edges);
    if (path === undefined) continue;
    const cycle = fromFirst(path.slice(0, -1));
    if (best === undefined || cycle.length < best.length) best = cycle;
  }
  return best;
}

/** Breadth first, so the path found is a shortest one; at least one edge long. */
function pathTo(from: string, to: string, edges: Edges): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  let frontier = [from];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const node of frontier) {
      for (const neighbour of [...edges(node)].sort(byText)) {
        if (neighbour === to) return [...walkBack(node, from, cameFrom), to];
        if (neighbour === from || cameFrom.has(neighbour)) continue;
        cameFrom.set(neighbour, node);
        next.push(neighbour);
      }
    }
    frontier = next;
  }
  return undefined;
}

function walkBack(node: string, from: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [node];
  for (let at = node; at !== from; ) {
    at = cameFrom.get(at) ?? from;
    path.unshift(at);
  }
  return path;
}

function fromFirst(cycle: readonly string[]): readonly string[] {
  const first = [...cycle].sort(byText)[0] ?? '';
  const at = cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}
