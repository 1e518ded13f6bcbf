import { type Outcome, type OutcomeDetail, ready, stalled, waiting } from '@hearth/runtime';
import type { Decision, Situation } from './decide.ts';
import type { Progress, Standing } from './standing.ts';

/** Looked at again after this time, though nothing has changed, while something is under way. Milliseconds. */
const AGAIN = 10 * 60_000;

/** How many names a sentence has. */
const MOST_NAMES = 5;

/** What a person is told: what keeps it from being ready, in the order in which it has to be seen to. */
export function outcomeOf(situation: Situation, decision: Decision, detail: OutcomeDetail): Outcome {
  const { configuration } = situation;
  const patient = { after: AGAIN, ...detail };
  const conflicts = decision.others.filter(({ state }) => state === 'Conflict');
  if (conflicts.length > 0) return stalled('Conflict', conflictText(conflicts), detail);
  if (decision.content.differs) return stalled('ContentDiffers', differsText(situation, decision), detail);
  const reverting = decision.others.filter(({ state }) => state === 'Reverting');
  if (reverting.length > 0) return waiting('Reverting', revertingText(reverting), patient);
  const { total } = decision.rollout;
  if (total > 0) return rolloutOutcome(situation, decision, detail, patient);
  const { machineRef } = configuration.spec;
  if (decision.others.length > 0)
    return ready({ ...detail, message: 'Its machines run what they were installed with.' });
  return machineRef
    ? waiting('NoMachine', `There is no approved Machine called ${machineRef.name}.`, patient)
    : ready({ ...detail, message: 'No approved Machine has these labels.' });
}

function rolloutOutcome(
  { revision = '', opening }: Situation,
  decision: Decision,
  detail: OutcomeDetail,
  patient: OutcomeDetail,
): Outcome {
  const { phase, done, total } = decision.rollout;
  const count = `${done} of ${total} ${total === 1 ? 'machine runs' : 'machines run'} ${revision.slice(0, 12)}`;
  const under = listed(decision, ['Applying'], 'is changing', 'are changing');
  switch (phase) {
    case 'Done':
      return ready({ ...detail, message: `${count}.` });
    case 'Stopped':
      return stalled(
        'Failed',
        `${failureText(decision)} ${count}, and no other is touched.${under} ${REMEDY}`,
        detail,
      );
    case 'Paused':
      return waiting('Paused', `spec.rollout.paused is set. ${count}.${under}`, patient);
    case 'Canary':
    case 'Rolling':
      return waiting('RollingOut', `${count}.${under}${obstacles(decision)}`, patient);
    case 'Waiting':
      if (opening?.open === false) {
        return waiting(
          'OutsideSchedule',
          `${count}. Changes may begin again at ${opening.changesAt.toISOString()}.`,
          patient,
        );
      }
      return stuckOutcome(decision, count, detail, patient);
  }
}

/** Nothing is under way, and nothing can be begun. */
function stuckOutcome(
  decision: Decision,
  count: string,
  detail: OutcomeDetail,
  patient: OutcomeDetail,
): Outcome {
  const rest = obstacles(decision);
  const has = (state: Progress['state']) =>
    decision.standings.some(({ progress }) => progress.state === state);
  const isHopeless = decision.standings.every(
    ({ progress: { state } }) => state === 'Done' || state === 'Quarantined' || state === 'Failed',
  );
  if (decision.standings.some(isStray) && !decision.standings.some(({ rollout }) => rollout.turn !== 'Never'))
    return stalled('ContentDiffers', `${count}.${rest} ${STRAY}`, detail);
  if (has('Quarantined') && isHopeless) return stalled('Quarantined', `${count}.${rest} ${REMEDY}`, detail);
  const reason = has('Failed') ? 'Retrying' : has('Lost') ? 'MachineLost' : 'WaitingForMachines';
  return waiting(reason, `${count}.${rest}`, patient);
}

/** It got something else of the commit than what that is to contain; it is not tried again by itself. */
const isStray = ({ progress, rollout }: Standing): boolean =>
  progress.state === 'Failed' && rollout.phase === 'Waiting' && rollout.turn === 'Never';

const STRAY = 'Find out who shows it that; then raise spec.rollout.attempt to have it tried once more.';

const REMEDY =
  'This commit is not tried again: name another, or raise spec.rollout.attempt to have it tried once more.';

/** What keeps machines from their turn, a sentence for each kind of obstacle. */
function obstacles(decision: Decision): string {
  const lost = listed(
    decision,
    ['Lost'],
    'can’t be reached and counts as unavailable',
    'can’t be reached and count as unavailable',
  );
  const held = listed(decision, ['Quarantined'], 'is not tried', 'are not tried');
  const first = (state: Progress['state']) =>
    decision.standings.find(({ progress }) => progress.state === state)?.progress;
  const failed = first('Failed');
  const waits = first('Waiting');
  const failure = failed ? ` ${failed.name}: ${failed.message}` : '';
  const turn = decision.standings.some(({ rollout: { turn: each } }) => each === 'Now');
  const need = waits && !turn && !failed ? ` ${waits.name}: ${waits.message}` : '';
  return `${lost}${held}${failure}${need}`;
}

function failureText({ standings }: Decision): string {
  const failed = standings
    .filter(({ rollout }) => rollout.phase === 'Failed')
    .map(({ progress }) => progress);
  const [first] = failed;
  if (!first) return '';
  const more = failed.length > 1 ? ` (and on ${names(failed.slice(1))})` : '';
  return `It failed on ${first.name}${more}: ${first.message}`;
}

function differsText({ configuration }: Situation, { content: { differs, narHash } }: Decision): string {
  const remedy = configuration.spec.autoUpdate
    ? 'If you know which is right, set spec.flake.revision and spec.flake.narHash in the place of autoUpdate'
    : 'If you know which is right, set spec.flake.narHash';
  return (
    `Machine ${differs?.machine} got ${differs?.found} of this commit, and others ${narHash}: its repository does not ` +
    `show the same to everybody, or a machine does not tell the truth. Nothing is begun. ${remedy}: one that gets ` +
    'something else then keeps no other back.'
  );
}

function conflictText(conflicts: readonly Progress[]): string {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` So it is with ${conflicts.length - 1} more of its machines.` : '';
  return `Machine ${first?.name} is another’s: ${first?.message} It is this one’s when that one goes.${more}`;
}

function revertingText(reverting: readonly Progress[]): string {
  const [first] = reverting;
  return `${names(reverting)} ${reverting.length === 1 ? 'goes' : 'go'} back. ${first?.name}: ${first?.message}`;
}

function listed(
  { standings }: Decision,
  states: readonly Progress['state'][],
  one: string,
  many: string,
): string {
  const found = standings.map(({ progress }) => progress).filter(({ state }) => states.includes(state));
  return found.length === 0 ? '' : ` ${names(found)} ${found.length === 1 ? one : many}.`;
}

/** Names as a sentence has them. */
export function names(named: readonly { readonly name: string }[]): string {
  const shown = named.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = named.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
