import { z } from 'zod';
import type { Attempt, Journal } from './journal.ts';

/**
 * What the journal of an agent of any version says, before this one and after: these fields are never changed. It is
 * enough to go back, and not to begin anew what has come to its end.
 */
const everyJournal = z.object({
  attempt: z.object({
    id: z.string().min(1),
    stage: z.string(),
    verdict: z
      .object({ phase: z.enum(['Done', 'Failed', 'RolledBack']), message: z.string() })
      .optional()
      .catch(undefined),
  }),
});

/**
 * The journal of a machine whose last one can't be read: by an agent of another version, which a trial or its end has
 * brought here, or damaged. Nobody knows what was under way; what is pinned as known good is where it ends.
 */
export function recoverJournal(text: string, pinned: Journal, running: string): Journal {
  const last = lastAttempt(text);
  const { verdict } = last ?? {};
  if (running === pinned.knownGood && last?.stage === 'Ended' && verdict)
    return { ...pinned, bootOwed: pinned.knownGood, attempt: unknown(pinned, last.id, 'Ended', { verdict }) };
  // What was under way without having changed anything begins anew.
  if (running === pinned.knownGood) return pinned;
  const failure = {
    message: 'its agent can’t read what the one before it wrote down',
    fault: 'Configuration',
  } as const;
  return { ...pinned, attempt: unknown(pinned, last?.id ?? 'unknown', 'Reverting', { failure }) };
}

function lastAttempt(text: string) {
  try {
    return everyJournal.parse(JSON.parse(text)).attempt;
  } catch {
    return undefined;
  }
}

/** An attempt of which nothing is known but this: all that it may have done has been done. */
function unknown(
  { knownGood }: Journal,
  id: string,
  stage: Attempt['stage'],
  change: Partial<Attempt>,
): Attempt {
  return {
    id,
    assignment: {
      id,
      action: 'Apply',
      confirmWindow: '10m',
      drift: 'Correct',
      reboot: 'WhenNeeded',
      credentials: false,
    },
    stage,
    since: new Date(0).toISOString(),
    from: knownGood,
    // Of no start that anybody knows.
    bootId: '',
    activated: true,
    failedBefore: [],
    needsRestart: false,
    trial: false,
    bootTouched: true,
    committed: false,
    tries: 0,
    ...change,
  };
}
