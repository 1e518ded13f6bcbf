import type { Machine } from '@hearth/domain';
import { type Immutable, type Outcome, type OutcomeDetail, ready, stalled, waiting } from '@hearth/runtime';
import { isUnderWay } from '../assignment.ts';
import type { Revert } from '../configuration/revert.ts';
import type { Decision } from './decide.ts';
import { type Installation, RETRY_INSTALLATION } from './installation.ts';
import { leavesBy } from './leaving.ts';

/** How often a machine is looked at though nothing was heard of it, in milliseconds. */
const SELDOM = 3600_000;

/** Of what an agent says, so many characters go into a sentence of NIO's. */
const LONGEST_REASON = 600;

/** What a machine waits for, in the order in which one thing needs the other. */
export function outcomeOf(machine: Immutable<Machine>, decision: Decision, now: Date): Outcome {
  const detail = detailOf(machine, decision, now);
  if (!decision.admitted) return outside(machine, decision, detail);
  if (decision.state === 'Lost') return lost(machine, detail);
  if (decision.lostIn === undefined) {
    return waiting('NotHeard', 'It is approved, and its agent has not called yet.', detail);
  }
  return decision.installation ? installing(decision.installation, detail) : running(machine, detail);
}

/** What a deleted machine waits for, and what a person can do who does not trust it. */
export function leavingOutcome(
  machine: Immutable<Machine>,
  { state, lostIn }: Decision,
  leaving: Revert,
  now: Date,
): Outcome {
  const how =
    leaving.step === 'wait'
      ? leaving.message
      : 'Before it leaves, it goes back to what it was installed with.';
  const end = leavesBy(machine) ?? now.getTime() + SELDOM;
  const message =
    `${how.slice(0, LONGEST_REASON)} Until then, at most until ${new Date(end).toISOString().slice(0, 16)}Z, it is let in. ` +
    `If it is lost, stolen or not to be trusted: kiko machine remove ${machine.metadata.name} --forget.`;
  const retry = leaving.step === 'wait' ? leaving.after : undefined;
  const heard = lostIn !== undefined && lostIn > 0 ? lostIn + 1000 : undefined;
  const looks = [SELDOM, retry, heard, Math.max(1000, end - now.getTime())];
  const after = Math.min(...looks.filter((time) => time !== undefined));
  return waiting('Leaving', message, { status: { state }, after });
}

function detailOf(machine: Immutable<Machine>, decision: Decision, now: Date): OutcomeDetail {
  const { state, layout, installed, conditions, lostIn } = decision;
  const installedAt = machine.status?.installedAt ?? `${now.toISOString().slice(0, 19)}Z`;
  return {
    status: { state, ...(layout !== undefined && { layout }), ...(installed && { installedAt }) },
    conditions,
    // Looked at a moment after it would be lost, not before.
    after: lostIn !== undefined && lostIn > 0 ? lostIn + 1000 : SELDOM,
  };
}

/** A machine that is not let in. */
function outside(
  { metadata, spec, status }: Immutable<Machine>,
  { conditions }: Decision,
  detail: OutcomeDetail,
): Outcome {
  if (spec.forget) {
    return stalled(
      'Forgotten',
      'It is given up: nothing waits for it, and it can’t reach the home. Delete it when it is no longer of interest.',
      detail,
    );
  }
  if (spec.approval) {
    return stalled(
      'WrongKey',
      'The key in spec.approval is not the one that this machine has: it is not let in. Delete this Machine, and approve ' +
        'the one that shows your pairing code.',
      detail,
    );
  }
  if (!status?.pairingCode) return waiting('NotEnrolled', 'No machine has called by this name yet.', detail);
  const warning = conditions.map(({ message }) => ` Beware: ${message}`).join('');
  return waiting(
    'NotApproved',
    `Its pairing code is ${status.pairingCode}. If its own screen shows the same: kiko machine approve ${metadata.name}.${warning}`,
    detail,
  );
}

function lost({ metadata, status }: Immutable<Machine>, detail: OutcomeDetail): Outcome {
  const running =
    status?.agent?.mode === 'System' ? ' It goes on with the system that it has, if it is on.' : '';
  return waiting(
    'Lost',
    `It is not heard any more: it is off, or cut off from the home.${running} If it is gone for good: kiko machine remove ${metadata.name} --forget.`,
    detail,
  );
}

function installing(installation: Installation, detail: OutcomeDetail): Outcome {
  switch (installation.step) {
    case 'refuse':
      return installation.reason === 'Installed' || installation.reason === 'NoFacts'
        ? waiting(installation.reason, installation.message, detail)
        : stalled(installation.reason, installation.message, detail);
    case 'failed':
      return waiting('InstallationFailed', `${installation.message} It is tried again.`, {
        ...detail,
        after: Math.min(detail.after ?? SELDOM, RETRY_INSTALLATION),
      });
    case 'wait':
      return waiting('Installing', installation.message, detail);
    case 'announce':
      // The agent is told once this is in the status; that it is, no event says of one's own write.
      return waiting('Installing', 'It is about to be installed.', { ...detail, after: 1 });
    case 'begin':
      return waiting('Installing', 'It is told to install its system.', detail);
  }
}

/** A machine that is there, by how it fares with what it has to do. */
function running(machine: Immutable<Machine>, detail: OutcomeDetail): Outcome {
  const { spec, status } = machine;
  const { apply, drift } = status?.agent ?? {};
  const isOwn = spec.assignment !== undefined && apply?.id === spec.assignment.id;
  if (isOwn && (apply.phase === 'Failed' || apply.phase === 'RolledBack')) {
    return waiting('NotApplied', apply.message, {
      ...detail,
      after: Math.min(detail.after ?? SELDOM, 300_000),
    });
  }
  if (isUnderWay(machine)) {
    return waiting('Applying', isOwn ? apply.message : 'It has not begun with what it has to do.', detail);
  }
  if (drift) return waiting('Drifted', drift.message, detail);
  return ready(detail);
}
