import { pause } from '@hearth/runtime/clock';
import type { Attempt } from '../journal/journal.ts';
import { newlyFailed } from './failed-units.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Gives units the time to fail that seemed to start, and says which have: a service counts as started before it has
 * read its configuration.
 */
export async function settled(
  attempt: Attempt,
  { system, clock, settle }: Surroundings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const until = clock.monotonic() + settle * 1000;
  for (;;) {
    const failed = newlyFailed(attempt, await system.activation.failedUnits());
    const left = until - clock.monotonic();
    if (failed.length > 0 || left <= 0) return failed;
    await pause(clock, Math.min(left, 1000), signal);
    signal.throwIfAborted();
  }
}
