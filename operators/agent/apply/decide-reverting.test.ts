import { describe, expect, test } from 'vitest';
import type { Attempt } from '../journal/journal.ts';
import type { UnitState } from '../system/system.ts';
import { attemptOf } from '../testing/attempt.ts';
import { decideReverting } from './decide-reverting.ts';

const OLD = `/nix/store/${'0'.repeat(32)}-old`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const attempt = attemptOf({ stage: 'Reverting', from: OLD, closure: NEW, activated: true });

interface Look {
  readonly running: string;
  readonly bootId: string;
  readonly uptime: number;
  readonly activation: UnitState;
}

const running: UnitState = { state: 'running' };
const failed: UnitState = { state: 'ended', exitCode: 1, output: '' };

const next = (change: Partial<Attempt>, look: Partial<Look>) => {
  const { activation = failed, ...rest } = look;
  const standing = { running: NEW, bootId: 'first', uptime: 100, ...rest };
  const seen = { standing, activation, failedUnits: [], silence: 0, trialMethod: 'oneshot' as const };
  return decideReverting({ ...attempt, ...change }, seen).do;
};

/** What is done, one after the other, on a machine where nothing helps. */
function story(change: Partial<Attempt>, activation: UnitState, restarts: boolean): string[] {
  let now: Attempt = { ...attempt, ...change };
  let [uptime, starts] = [100 * 86_400, 0];
  const done: string[] = [];
  for (let looks = 0; done.length < 8 && looks < 100_000; looks++) {
    const bootId = `boot ${starts}`;
    const what = next(now, { bootId, uptime, activation: now.tries === 0 ? failed : activation });
    if (what === 'wait') uptime += 60;
    else done.push(`${what} ${what === 'restart' && uptime < 86_400 ? Math.round(uptime / 60) : ''}`.trim());
    if (what === 'go-back') now = { ...now, bootId, tries: now.tries + 1, deadline: uptime + 900 };
    if (what === 'restart') {
      now = { ...now, bootId, tries: now.tries + 1, deadline: uptime + 600 };
      if (restarts) [uptime, starts] = [20, starts + 1];
    }
  }
  return done;
}

describe('the way back', () => {
  test('leads to a restart where activations fail, and to the next no sooner each time', () => {
    expect(story({}, failed, true)).toEqual([
      'go-back',
      'go-back',
      'go-back',
      'restart',
      'go-back',
      'restart 10',
      'go-back',
      'restart 20',
    ]);
  });

  test('leads to a restart where activations hang', () => {
    expect(story({}, running, true).slice(0, 4)).toEqual(['go-back', 'go-back', 'go-back', 'restart']);
  });

  test('goes on where the machine does not restart', () => {
    expect(story({}, failed, false).slice(3, 7)).toEqual(['restart', 'go-back', 'restart', 'go-back']);
  });

  test('begins with a restart where the kernel is the one on trial', () => {
    expect(story({ trial: true }, failed, false).slice(0, 4)).toEqual([
      'restart',
      'go-back',
      'go-back',
      'restart',
    ]);
    expect(next({ trial: true }, { running: OLD })).toBe('restart');
    expect(next({ trial: true, tries: 1, deadline: 200 }, { running: OLD })).toBe('wait');
  });

  test('is not over while it is being activated, even on another start', () => {
    const look = { running: OLD, bootId: 'second', activation: running };
    expect(next({ tries: 1, deadline: 200 }, look)).not.toBe('end');
    expect(next({ tries: 1, deadline: 200 }, { ...look, bootId: 'first' })).toBe('wait');
  });

  test('does not wait on one start for the uptime of another', () => {
    const deadline = 100 * 86_400;
    expect(next({ tries: 4, deadline }, { bootId: 'second', uptime: 60 })).toBe('go-back');
  });
});
