/**
 * Tells the graphs that an asker may see: those that are named, relative to the home, and those below what ends with
 * `/`. What is not among them is not there for a query, whatever way it takes.
 */
export function visibleTo(allowed: readonly string[], base: string): (graph: string) => boolean {
  const named = new Set(allowed.map((path) => base + path));
  return (graph) => {
    if (named.has(graph)) return true;
    for (let at = graph.lastIndexOf('/'); at > 0; at = graph.lastIndexOf('/', at - 1))
      if (named.has(graph.slice(0, at + 1))) return true;
    return false;
  };
}
