import type { ClosureDiff } from '@hearth/domain/schema/machine';
import type { Attempt, Journal } from '../journal/journal.ts';
import type { StorePath } from '../system/system.ts';
import { diffClosures } from './diff.ts';
import { enter, failed } from './journal-changes.ts';
import { refusal } from './preflight.ts';
import type { FileList, Surroundings } from './surroundings.ts';

/** Fetches exactly the flake that is meant. */
export async function fetch(
  journal: Journal,
  attempt: Attempt,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Journal> {
  const { system, clock } = around;
  const { flake, credentials } = attempt.assignment;
  if (!flake) return failed(journal, attempt, { message: 'no flake was named', fault: 'Flake' }, clock);
  const secret = credentials ? await around.credentials() : undefined;
  const fetched = await system.store.fetch(flake, secret, signal);
  if (flake.narHash !== undefined && flake.narHash !== fetched.narHash) {
    const message = `the flake is not what it should be: its narHash is ${fetched.narHash}, and ${flake.narHash} is asked for`;
    // What it found is told: NIO holds it against what other machines found.
    return failed(journal, { ...attempt, fetched }, { message, fault: 'Flake' }, clock);
  }
  return enter(journal, attempt, 'Building', clock, { fetched });
}

/** Builds it, or finds in the store what is to be gone back to. */
export async function build(
  journal: Journal,
  attempt: Attempt,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Journal> {
  const { system, clock, machine } = around;
  const { assignment, fetched } = attempt;
  if (assignment.action === 'Golden') {
    const closure = assignment.closure ?? journal.golden;
    if (!(await system.store.isValid(closure)))
      return failed(
        journal,
        attempt,
        { message: `${closure} is not in the store any more`, fault: 'Machine' },
        clock,
      );
    await system.store.pin('pending', closure);
    return enter(journal, attempt, 'Checking', clock, { closure });
  }
  if (!fetched) return enter(journal, attempt, 'Fetching', clock);
  const secret = assignment.credentials ? await around.credentials() : undefined;
  const attribute = assignment.flake?.attribute ?? machine();
  const closure = await system.store.build(fetched.reference, attribute, secret, signal);
  if (assignment.closure !== undefined && assignment.closure !== closure) {
    const message = `it was built to ${closure}, and ${assignment.closure} was expected`;
    return failed(journal, attempt, { message, fault: 'Configuration' }, clock);
  }
  return enter(journal, attempt, 'Checking', clock, { closure });
}

/** What a closure changes of what runs. */
export async function compare(
  closure: StorePath,
  { system }: Pick<Surroundings, 'system'>,
): Promise<ClosureDiff> {
  const { running, booted = running } = await system.standing();
  const [before, started, after] = await Promise.all([running, booted, closure].map(system.store.contents));
  if (!before || !started || !after) throw new Error('there is nothing to compare');
  // The kernel that runs is that of the system that was started, whatever was activated since.
  return diffClosures({ ...before, boot: started.boot }, after);
}

/** Compares it with what runs, and looks whether the machine can take it. Nothing is changed yet. */
export async function check(journal: Journal, attempt: Attempt, around: Surroundings): Promise<Journal> {
  const { system, clock } = around;
  const { closure, assignment } = attempt;
  if (closure === undefined) return enter(journal, attempt, 'Building', clock);
  const { running, bootId } = await system.standing();
  const diff = await compare(closure, around);
  const checked = { ...attempt, diff };
  const why = refusal({
    room: await system.store.room(closure),
    isLocked: await system.activation.isLocked(),
    missingUnit: assignment.action === 'Golden' ? undefined : await system.missingUnit(closure),
  });
  if (why) return failed(journal, checked, why, clock);
  await giveFiles(assignment.files, around);
  if (closure === running && closure === journal.knownGood)
    return enter(journal, checked, 'Committing', clock, { bootId });
  return enter(journal, checked, 'Testing', clock, { bootId });
}

/** The files of a configuration have to be there before what reads them starts. */
export async function giveFiles(files: FileList | undefined, around: Surroundings): Promise<void> {
  await around.deliver(files ?? []);
}
