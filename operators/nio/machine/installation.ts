import { createHash } from 'node:crypto';
import type { DiskLayout, Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { type Assignment, attemptId, parseAttemptId } from '../assignment.ts';
import { chooseDisk } from './consent.ts';

/** How long after a failed installation it is tried again, in milliseconds. */
export const RETRY_INSTALLATION = 300_000;

/** What is to be done about a machine whose agent runs in the installer. */
export type Installation =
  /** Nothing is written to any disk, for this reason. */
  | { readonly step: 'refuse'; readonly reason: string; readonly message: string }
  /** It is clear how; it has to be in the status before the agent is told. */
  | { readonly step: 'announce'; readonly layout: Immutable<DiskLayout> }
  | { readonly step: 'begin'; readonly assignment: Assignment; readonly layout: Immutable<DiskLayout> }
  /** The agent is at it, or has not heard of it yet: nobody interferes. */
  | { readonly step: 'wait'; readonly message: string }
  | { readonly step: 'failed'; readonly message: string };

/**
 * Decides whether to install, and on which disk. A consent holds for one installation: a machine that had its system
 * and starts an installer once more keeps what is on its disks.
 * @param failedFor milliseconds since the last attempt failed.
 */
export function planInstallation(machine: Immutable<Machine>, failedFor: number): Installation {
  const { spec, status } = machine;
  if (hasSystem(machine)) {
    return {
      step: 'refuse',
      reason: 'Installed',
      message:
        'It is installed, and has to start from its disk. If it starts the installer again, nothing is written: to ' +
        'install it anew, delete this Machine and approve it again.',
    };
  }
  const facts = status?.agent?.facts;
  if (!facts) return { step: 'refuse', reason: 'NoFacts', message: 'It has not said yet what disks it has.' };
  const [current, apply] = [spec.assignment, status?.agent?.apply];
  const attempt = current?.action === 'Install' ? current : undefined;
  if (attempt && apply?.id === attempt.id) {
    if (apply.phase !== 'Failed' && apply.phase !== 'RolledBack')
      return { step: 'wait', message: apply.message };
    if (failedFor < RETRY_INSTALLATION) return { step: 'failed', message: apply.message };
  }
  const choice = chooseDisk(spec.disk, facts);
  if (!('layout' in choice)) return { step: 'refuse', ...choice };
  if (!isSameLayout(status?.layout, choice.layout)) return { step: 'announce', layout: choice.layout };
  const next = installOn(choice.layout, attempt, apply?.id);
  return next.id === attempt?.id
    ? { step: 'wait', message: 'It has not begun yet.' }
    : { step: 'begin', assignment: next, layout: choice.layout };
}

/** Whether a machine has its system, or once had: from then on its disks are its own. */
export function hasSystem({ spec, status }: Immutable<Machine>): boolean {
  if (status?.installedAt !== undefined || status?.agent?.mode === 'System') return true;
  const apply = status?.agent?.apply;
  return spec.assignment?.action === 'Install' && apply?.id === spec.assignment.id && apply.phase === 'Done';
}

/** The assignment to install; another attempt, if the last one was the same and has ended. */
function installOn(
  layout: Immutable<DiskLayout>,
  last: Immutable<Assignment> | undefined,
  ended: string | undefined,
): Assignment {
  const task = createHash('sha256')
    .update(JSON.stringify(['Install', layout]))
    .digest('hex')
    .slice(0, 16);
  const former = last && parseAttemptId(last.id);
  const retry = former?.task === task ? former.retry + (last?.id === ended ? 1 : 0) : 0;
  return {
    id: attemptId(task, 0, retry),
    action: 'Install',
    confirmWindow: '10m',
    drift: 'Correct',
    reboot: 'WhenNeeded',
    credentials: false,
  };
}

function isSameLayout(one: Immutable<DiskLayout> | undefined, other: Immutable<DiskLayout>): boolean {
  const sizes = ({ serial, device, boot, system, pool }: Immutable<DiskLayout>) =>
    [serial, device, boot, system, pool].join(' ');
  return one !== undefined && sizes(one) === sizes(other);
}
