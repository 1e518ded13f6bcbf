import type { AgentStatus } from '@hearth/domain/schema/machine';
import { setBoot } from '../apply/boot-entry.ts';
import type { Surroundings } from '../apply/surroundings.ts';
import type { Journal } from '../journal/journal.ts';
import type { Standing } from '../system/system.ts';

/** What differs from what was last confirmed, in a sentence; undefined where nothing does. */
export function driftOf({ confirmed }: Journal, standing: Standing): string | undefined {
  if (!confirmed) return undefined;
  if (standing.running !== confirmed.closure)
    return `The machine runs ${standing.running}, not ${confirmed.closure}, which was confirmed.`;
  if (standing.nextBoot !== undefined && standing.nextBoot !== confirmed.closure)
    return `The machine runs what was confirmed, but would start with ${standing.nextBoot}.`;
  return undefined;
}

/** The drift as the status has it: since when is kept for as long as it is the same. */
export function driftStatus(
  message: string | undefined,
  before: AgentStatus['drift'],
  now: Date,
): AgentStatus['drift'] {
  if (message === undefined) return undefined;
  return before?.message === message ? before : { since: now.toISOString(), message };
}

/**
 * Looks whether the machine still runs what was confirmed, and its pins hold what they should. Puts right what the
 * configuration wants put right.
 * @returns the journal as it is from then on.
 */
export async function correctDrift(journal: Journal, around: Surroundings): Promise<Journal> {
  await putRight(journal, around);
  await keepNothingPending(around);
  if (journal.bootOwed === undefined) return journal;
  const { bootOwed: _paid, ...paid } = journal;
  return paid;
}

async function putRight(journal: Journal, around: Surroundings): Promise<void> {
  const { system, logger } = around;
  await keepPins(journal, around);
  // Until that is done, its next start may be of what was given up.
  if (journal.bootOwed !== undefined) await setBoot(journal.bootOwed, system, around.clock);
  const { confirmed } = journal;
  const unit = await system.activation.state('hearth-activation');
  if (unit.state === 'running') return;
  const message = driftOf(journal, await system.standing());
  if (!confirmed || message === undefined) return;
  logger.warn({ message, policy: confirmed.drift }, 'the machine has drifted');
  if (confirmed.drift === 'Report') return;
  await around.deliver(confirmed.files ?? []);
  await system.activation.clear('hearth-activation');
  await setBoot(confirmed.closure, system, around.clock);
  if ((await system.standing()).running !== confirmed.closure)
    await system.activation.start('hearth-activation', confirmed.closure, 'test');
}

/** A pin that somebody removed is put again, while what it holds is still there. */
async function keepPins({ golden, knownGood }: Journal, { system, logger }: Surroundings): Promise<void> {
  for (const [pin, path] of [
    ['golden', golden],
    ['known-good', knownGood],
  ] as const) {
    if ((await system.store.pinned(pin)) === path) continue;
    logger.warn({ pin, path }, 'a pin was gone, and is put again');
    await system.store.pin(pin, path);
  }
}

/** What was built for an attempt or a preview that was cut off may go; that it can't yet is no reason to stop here. */
async function keepNothingPending({ system: { store }, logger }: Surroundings): Promise<void> {
  try {
    if ((await store.pinned('pending')) !== undefined) await store.pin('pending', undefined);
  } catch (error) {
    logger.warn({ error }, 'what is not needed any more is kept in the store');
  }
}
