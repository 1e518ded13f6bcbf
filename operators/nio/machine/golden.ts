import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { type Assignment, attemptId, parseAttemptId, taskDigest } from '../assignment.ts';

/** How long after a failure it is tried again, in milliseconds. */
const RETRY = 300_000;

/**
 * The assignment that takes a machine without a configuration back to golden; undefined where it has that already.
 * @param phaseAge milliseconds since its agent is in the phase that it is in.
 */
export function goldenAssignment(
  { spec, status }: Immutable<Machine>,
  phaseAge: number,
): Assignment | undefined {
  const task = taskDigest({ action: 'Golden' });
  const former = spec.assignment && parseAttemptId(spec.assignment.id);
  const apply = status?.agent?.apply;
  const failed =
    apply?.id === spec.assignment?.id && (apply?.phase === 'Failed' || apply?.phase === 'RolledBack');
  if (former?.task === task && !(failed && phaseAge >= RETRY)) return undefined;
  return {
    id: attemptId(task, 0, former?.task === task ? former.retry + 1 : 0),
    action: 'Golden',
    confirmWindow: '10m',
    drift: 'Correct',
    reboot: 'WhenNeeded',
    credentials: false,
  };
}
