const COMPARISON = /^(>=|<=|>|<|=)?([0-9]+(?:\.[0-9]+)*)$/;

/**
 * Whether a version lies in a range: comparisons, separated by blanks, that must all hold. A
 * comparison looks at as many parts as it names, so 15.4 is `15`, `=15` and `<=15`, but not `>15`.
 * What stands before the first digit and after the numbers (`v17.2-alpine`) doesn't count; a version
 * without a number lies in no range.
 */
export function inRange(version: string, range: string): boolean {
  const parts = /[0-9]+(\.[0-9]+)*/.exec(version)?.[0].split('.').map(Number);
  return parts !== undefined && range.split(' ').every((comparison) => holds(parts, comparison));
}

function holds(version: readonly number[], comparison: string): boolean {
  const [, operator = '=', bound = ''] = COMPARISON.exec(comparison) ?? [];
  if (bound === '') return false;
  const difference =
    bound
      .split('.')
      .map((part, index) => (version[index] ?? 0) - Number(part))
      .find((part) => part !== 0) ?? 0;
  switch (operator) {
    case '>=':
      return difference >= 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '<':
      return difference < 0;
    default:
      return difference === 0;
  }
}
