/**
 * The level of each node: 0 for those that need nothing among the nodes, else one more than the
 * highest that they need. Where needs run in a circle, the one that closes it doesn't count; which
 * one that is depends on the order of the nodes alone.
 */
export function levelsOf(
  nodes: Iterable<string>,
  needs: (key: string) => readonly string[],
): ReadonlyMap<string, number> {
  const all = new Set(nodes);
  const levels = new Map<string, number>();
  const visiting = new Set<string>();
  const visit = (node: string): number => {
    const known = levels.get(node);
    if (known !== undefined) return known;
    visiting.add(node);
    const below = needs(node).filter((need) => all.has(need) && !visiting.has(need));
    const level = Math.max(-1, ...below.map(visit)) + 1;
    visiting.delete(node);
    levels.set(node, level);
    return level;
  };
  for (const node of all) visit(node);
  return levels;
}
