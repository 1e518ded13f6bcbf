import type { Attempt } from '../journal/journal.ts';

/** What has failed since it was activated. What had failed before is not its fault. */
export function newlyFailed(attempt: Attempt, failedUnits: readonly string[]): readonly string[] {
  return failedUnits.filter((unit) => !attempt.failedBefore.includes(unit));
}

/** Names units that fail; many of them would not fit in a status. */
export function unitsMessage(units: readonly string[]): string {
  const more = units.length > 8 ? ` and ${units.length - 8} more` : '';
  return `units fail: ${units.slice(0, 8).join(', ')}${more}`;
}
