/**
 * The graphs that an asker may see: those that are named, relative to the home, and those below what ends with `/`.
 * What is not among them is not there for the query, whatever way it takes.
 */
export function visibleGraphs(
  graphs: readonly string[],
  allowed: readonly string[],
  base: string,
): readonly string[] {
  const whole = new Set(allowed.map((path) => base + path));
  const prefixes = [...whole].filter((iri) => iri.endsWith('/'));
  return graphs.filter((graph) => whole.has(graph) || prefixes.some((prefix) => graph.startsWith(prefix)));
}
