import type { Attempt } from '../journal/journal.ts';

type Assignment = Attempt['assignment'];

/** An assignment like any other. */
export const assignmentOf = (change: Partial<Assignment> = {}): Assignment => ({
  id: 'one',
  action: 'Apply',
  confirmWindow: '10m',
  drift: 'Correct',
  reboot: 'WhenNeeded',
  credentials: false,
  ...change,
});

/** An attempt at it that has just begun, on a machine that works with `from`. */
export const attemptOf = (change: Partial<Attempt> & Pick<Attempt, 'from'>): Attempt => ({
  id: 'one',
  assignment: assignmentOf(),
  stage: 'Fetching',
  since: '2026-01-01T00:00:00Z',
  bootId: 'first',
  activated: false,
  failedBefore: [],
  needsRestart: false,
  trial: false,
  bootTouched: false,
  committed: false,
  tries: 0,
  ...change,
});
