import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { planLeaving } from './leaving.ts';
import { leavingOutcome } from './outcome.ts';
import {
  applyOf,
  assignmentOf,
  bareMachine,
  type MachineParts,
  machineWith,
  observationOf,
} from './testing/machine.ts';

const now = new Date('2026-01-01T12:00:00Z');

/** The machine, deleted at that time. */
const leavingSince = (machine: Immutable<Machine>, since: Date): Immutable<Machine> => ({
  ...machine,
  metadata: { ...machine.metadata, deletionTimestamp: since.toISOString() },
});

describe('a machine that is deleted', () => {
  const system = { running: '/nix/store/a', golden: '/nix/store/g' };
  const running = (parts: MachineParts = {}) => machineWith({ agent: { mode: 'System', system }, ...parts });
  const toGolden = assignmentOf({ action: 'Golden' });

  test.each<[string, Immutable<Machine>, string]>([
    ['goes back before it leaves', running({ spec: { assignment: assignmentOf() } }), 'begin'],
    ['is waited for on its way', running({ spec: { assignment: toGolden } }), 'wait'],
    [
      'is waited for while it is lost',
      running({ spec: { assignment: toGolden }, status: { state: 'Lost' } }),
      'wait',
    ],
    ['leaves at once where nobody approved it', running({ spec: { approval: undefined as never } }), 'done'],
    [
      'leaves at once where it is given up',
      running({ spec: { forget: true, assignment: assignmentOf() } }),
      'done',
    ],
    ['leaves at once out of the installer', bareMachine(), 'done'],
    [
      'leaves at once where it never had anything else',
      running({ agent: { mode: 'System', system: { running: '/g', golden: '/g' } } }),
      'done',
    ],
    [
      'leaves once it is back',
      running({
        spec: { assignment: toGolden },
        agent: { mode: 'System', system: { running: '/g', golden: '/g' }, apply: applyOf('Done') },
      }),
      'done',
    ],
  ])('%s', (_, machine, step) => {
    expect(planLeaving(leavingSince(machine, now), 0, now).step).toBe(step);
  });

  test('is let go after an hour, whatever it says: it may not want to', () => {
    const hostile = running({ spec: { assignment: toGolden } });
    const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
    expect(planLeaving(leavingSince(hostile, now), 0, minutes(59)).step).toBe('wait');
    expect(planLeaving(leavingSince(hostile, now), 0, minutes(60)).step).toBe('done');
    // Nobody deleted this one: it has all the time.
    expect(planLeaving(hostile, 0, minutes(1e6)).step).toBe('wait');
  });

  test('is looked at when it would be lost, or has to go; and what cuts it off is said', () => {
    const said = (minutes: number) => {
      const machine = leavingSince(running({ spec: { assignment: toGolden } }), now);
      const at = new Date(now.getTime() + minutes * 60_000);
      return leavingOutcome(machine, decide(observationOf(machine)), planLeaving(machine, 0, at), at);
    };
    expect(said(0)).toMatchObject({
      type: 'waiting',
      reason: 'Leaving',
      after: 100_000,
      message:
        'It goes back to what it was installed with. Until then, at most until 2026-01-01T13:00Z, it is let in. If it is ' +
        'lost, stolen or not to be trusted: kiko machine remove kitchen --forget.',
    });
    expect(said(59)).toMatchObject({ after: 60_000 });
  });
});
