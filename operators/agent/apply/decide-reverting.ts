import type { Attempt } from '../journal/journal.ts';
import type { Next, Seen } from './next.ts';

/** How often a known-good system is activated before the machine is restarted into it, and after how many it stays. */
const TRIES = 3;

/**
 * Back to what is known to work: by activating its store path; where that does not help, by a restart, since the boot
 * loader still names it. It is tried for as long as it takes.
 */
export function decideReverting(attempt: Attempt, { standing, activation }: Seen): Next {
  const isBack = standing.running === attempt.from;
  const restarted = standing.bootId !== attempt.bootId;
  // Nothing was begun; or what runs was brought up by a start, and no activation was cut off in it.
  if (!attempt.activated || (isBack && restarted)) return ended(attempt, undefined);
  // Its kernel is the one on trial: only a restart brings back the one that works.
  if (attempt.trial && !isBack && attempt.tries <= 1)
    return attempt.tries === 0 ? { do: 'restart' } : untilDeadline(attempt, standing.uptime);
  if (attempt.tries === 0) return { do: 'go-back' };
  if (activation.state === 'running') return untilDeadline(attempt, standing.uptime);
  if (isBack) return ended(attempt, activation.state === 'ended' ? activation.exitCode : undefined);
  if (attempt.tries < TRIES) return { do: 'go-back' };
  if (attempt.tries === TRIES) return { do: 'restart' };
  return untilDeadline(attempt, standing.uptime);
}

const untilDeadline = ({ deadline = 0 }: Attempt, uptime: number): Next =>
  uptime > deadline ? { do: 'go-back' } : { do: 'wait', seconds: 1 };

function ended({ failure, activated }: Attempt, exitCode: number | undefined): Next {
  const { message = 'it was called off', fault } = failure ?? {};
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const after = exitCode ? ` Some units fail there too (exit code ${exitCode}).` : '';
  const where = activated ? ' The machine is back on what worked before.' : ' Nothing was changed.';
  return {
    do: 'end',
    verdict: {
      phase: activated ? 'RolledBack' : 'Failed',
      message: `${sentence}.${where}${after}`,
      ...(fault ? { fault } : {}),
    },
  };
}
