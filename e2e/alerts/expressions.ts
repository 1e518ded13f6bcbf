/** Words of PromQL that stand where the name of a metric could. */
const words = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);

/**
 * The names of the metrics that a PromQL expression asks for. What else is a name in it goes first: label matchers and
 * ranges, the labels of `by` and its like, functions.
 */
export function metricsIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/"(\\.|[^"\\])*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/[a-zA-Z_]\w*\s*\(/g, '(')
    .replaceAll(/\b\d[\w.]*/g, ' ');
  const names = bare.match(/[a-zA-Z_:][\w:]*/g) ?? [];
  return [...new Set(names)].filter((name) => !words.has(name.toLowerCase())).sort();
}

/** The names of the metrics in a text exposition, with the series that histograms have. */
export function metricsOf(exposition: string): Set<string> {
  const types = [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
