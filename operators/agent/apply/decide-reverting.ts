import type { Attempt } from '../journal/journal.ts';
import type { Next, Seen } from './next.ts';

/** How often a known-good system is activated before the machine is restarted into it. */
const TRIES = 3;
/** Seconds that a machine is up before it is restarted for a second time; twice that before the third, and so on. */
const PAUSE = 10 * 60;
const LONGEST_PAUSE = 24 * 3600;

/**
 * Back to what is known to work: by activating its store path; where that does not help, by a restart, since the boot
 * loader still names it; then by one and the other in turn. It is tried for as long as it takes, and the machine stays
 * up longer each time: it may be just then that somebody can mend it.
 */
export function decideReverting(attempt: Attempt, { standing, activation }: Seen): Next {
  const { tries, deadline = 0 } = attempt;
  const isBack = standing.running === attempt.from;
  // An uptime of one start says nothing about that of another.
  const restarted = standing.bootId !== attempt.bootId;
  const isOver = restarted || standing.uptime > deadline;
  const runs = activation.state === 'running';
  // Nothing was begun; or what runs was brought up by a start, and no activation was cut off in it.
  if (!attempt.activated || (isBack && restarted && !runs)) return ended(attempt, undefined);
  if (tries === 0) return nextTry(attempt, standing.uptime);
  if (runs && !isOver) return { do: 'wait', seconds: 1 };
  if (wayBack(attempt, tries - 1) === 'restart' && !isOver) return { do: 'wait', seconds: 1 };
  if (isBack && !runs) return ended(attempt, activation.state === 'ended' ? activation.exitCode : undefined);
  return nextTry(attempt, standing.uptime);
}

function nextTry(attempt: Attempt, uptime: number): Next {
  const { tries } = attempt;
  const way = wayBack(attempt, tries);
  const pause = tries > TRIES ? Math.min(PAUSE * 2 ** ((tries - TRIES) / 2 - 1), LONGEST_PAUSE) : 0;
  if (way === 'restart' && uptime < pause) return { do: 'wait', seconds: Math.min(pause - uptime, 60) };
  return { do: way };
}

/** What is done at a try, counted from 0. */
function wayBack({ trial }: Attempt, nth: number): 'go-back' | 'restart' {
  // Its kernel is the one on trial: only a restart brings back the one that works.
  if (nth === 0) return trial ? 'restart' : 'go-back';
  if (nth < TRIES) return 'go-back';
  return (nth - TRIES) % 2 === 0 ? 'restart' : 'go-back';
}

function ended({ failure, activated }: Attempt, exitCode: number | undefined): Next {
  const { message = 'it was called off', fault } = failure ?? {};
  const sentence = message.charAt(0).toUpperCase() + message.slice(1).replace(/[.]+$/, '');
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
