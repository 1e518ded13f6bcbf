import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRollout, inOrder, type RolloutMachine, type RolloutPolicy } from './decide.ts';

const policyOf = (policy: Partial<RolloutPolicy> = {}): RolloutPolicy => ({
  maxUnavailable: 1,
  canary: 1,
  pauseOnFailure: true,
  paused: false,
  attempt: 0,
  ...policy,
});

/** `a` waits, `A` is done, `a~` changes, `a!` failed; `a?` is lost, `a-` tries again later, `a#` needs somebody. */
const machinesOf = (text: string): RolloutMachine[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({
      name: word.replace(/\W/g, '').toLowerCase(),
      phase: word.includes('~')
        ? 'Changing'
        : word.includes('!')
          ? 'Failed'
          : /[A-Z]/.test(word)
            ? 'Done'
            : 'Waiting',
      unavailable: word.includes('?'),
      turn: word.includes('-') ? 'Later' : word.includes('#') ? 'Never' : 'Now',
    }));

const closedUntil = new Date('2026-01-01T02:00:00Z');

describe('decideRollout', () => {
  it.each<[string, string, Partial<RolloutPolicy>, string, string, { closedUntil?: Date }?]>([
    ['has nothing to do without machines', '', {}, 'Done', ''],
    ['is done when all are', 'A B', {}, 'Done', ''],
    ['is done though it is paused', 'A B', { paused: true }, 'Done', ''],
    ['begins with one', 'a b c', { maxUnavailable: 3 }, 'Canary', 'a'],
    ['lets the first prove it', 'a~ b c', { maxUnavailable: 3 }, 'Canary', ''],
    ['goes on when it has', 'A b c', {}, 'Rolling', 'b'],
    ['takes so many at the same time', 'A b c d', { maxUnavailable: 2 }, 'Rolling', 'b c'],
    ['counts those under way', 'A b~ c d', { maxUnavailable: 2 }, 'Rolling', 'c'],
    [
      'tries as many first as it is told, one by one',
      'A b c',
      { canary: 2, maxUnavailable: 3 },
      'Canary',
      'b',
    ],
    ['tries none first', 'a b c', { canary: 0, maxUnavailable: 2 }, 'Rolling', 'a b'],
    ['tries no more than there are', 'A b', { canary: 9 }, 'Canary', 'b'],
    [
      'goes by the order',
      'a b c',
      { order: ['c', 'z', 'b'], canary: 0, maxUnavailable: 2 },
      'Rolling',
      'c b',
    ],
    ['stops at a failure', 'A b! c d~', { maxUnavailable: 4 }, 'Stopped', ''],
    ['goes on after a failure where it may', 'A b! c d', { pauseOnFailure: false }, 'Rolling', 'c'],
    ['begins with none while it is paused', 'A b~ c', { paused: true, maxUnavailable: 3 }, 'Paused', ''],
    ['waits for its time', 'a b', {}, 'Waiting', '', { closedUntil }],
    ['lets what is under way end when its time is over', 'a~ b', {}, 'Canary', '', { closedUntil }],
    ['counts a lost one as down', 'A b? c', {}, 'Waiting', ''],
    ['has room beside a lost one', 'A b? c d', { maxUnavailable: 2 }, 'Rolling', 'c'],
    ['counts one that got lost on the way once', 'A b~? c d', { maxUnavailable: 2 }, 'Rolling', 'c'],
    ['counts one that is done and lost', 'A? b', {}, 'Waiting', ''],
    ['tries another first where the first is lost', 'a? b c', { maxUnavailable: 2 }, 'Canary', 'b'],
    ['tries the first again before another', 'a- b c', { maxUnavailable: 2 }, 'Waiting', ''],
    ['passes over one that tries again', 'A b- c', {}, 'Rolling', 'c'],
    ['passes over one that needs somebody', 'a# b c', {}, 'Canary', 'b'],
    ['waits where all others need somebody', 'A b# c#', {}, 'Waiting', ''],
  ])('%s', (_, machines, policy, phase, begin, more = {}) => {
    const decision = decideRollout({ machines: machinesOf(machines), policy: policyOf(policy), ...more });
    expect(decision).toMatchObject({ phase, begin: begin.split(' ').filter(Boolean) });
    expect(decision.total).toBe(machinesOf(machines).length);
  });

  it('orders by what is named, then by name', () => {
    const machines = machinesOf('d c b a');
    expect(inOrder(machines, { order: ['c'] }).map(({ name }) => name)).toEqual(['c', 'a', 'b', 'd']);
  });
});

/** What happens to a machine that was told to change, and to one that was not. */
const fates = fc.constantFrom('done', 'done', 'done', 'failed', 'later', 'lost');

interface Run {
  readonly policy: RolloutPolicy;
  readonly machines: RolloutMachine[];
  readonly luck: readonly string[];
}

const runs = (fate: fc.Arbitrary<string>): fc.Arbitrary<Run> =>
  fc.record({
    policy: fc
      .record({
        maxUnavailable: fc.integer({ min: 1, max: 5 }),
        canary: fc.integer({ min: 0, max: 4 }),
        pauseOnFailure: fc.boolean(),
      })
      .map(policyOf),
    machines: fc.integer({ min: 1, max: 12 }).map((count) =>
      Array.from(
        { length: count },
        (_, at): RolloutMachine => ({
          name: `m${String(at).padStart(2, '0')}`,
          phase: 'Waiting',
          unavailable: false,
          turn: 'Now',
        }),
      ),
    ),
    luck: fc.array(fate, { minLength: 120, maxLength: 120 }),
  });

/** Plays a rollout; `check` sees each decision. Ends when nothing moves any more. */
function play(
  { policy, machines, luck }: Run,
  check: (machines: RolloutMachine[], begin: readonly string[]) => void,
) {
  let state = machines;
  for (const [step, fate] of luck.entries()) {
    const { begin } = decideRollout({ machines: state, policy });
    // Whoever asks again, having lost everything but the machines, gets the same answer.
    expect(decideRollout({ machines: structuredClone(state).reverse(), policy }).begin).toEqual(begin);
    check(state, begin);
    state = state.map((each) => (begin.includes(each.name) ? { ...each, phase: 'Changing' } : each));
    const changing = state.filter(({ phase }) => phase === 'Changing');
    const one = changing[step % Math.max(1, changing.length)] ?? state[step % state.length];
    state = state.map((each) => (each === one ? afterwards(each, fate) : { ...each, turn: 'Now' }));
  }
  return state;
}

function afterwards(machine: RolloutMachine, fate: string): RolloutMachine {
  if (fate === 'lost') return { ...machine, unavailable: true };
  if (machine.phase !== 'Changing') return { ...machine, unavailable: false, turn: 'Now' };
  if (fate === 'later') return { ...machine, phase: 'Waiting', turn: 'Later', unavailable: false };
  return { ...machine, phase: fate === 'failed' ? 'Failed' : 'Done', unavailable: false };
}

describe('any rollout', () => {
  it('never takes more down than it may', () => {
    fc.assert(
      fc.property(runs(fates), (run) => {
        play(run, (machines, begin) => {
          const down = machines.filter(
            ({ phase, unavailable }) => phase === 'Changing' || unavailable,
          ).length;
          if (begin.length > 0) expect(down + begin.length).toBeLessThanOrEqual(run.policy.maxUnavailable);
        });
      }),
    );
  });

  it('begins nothing after a failure, where it is told so', () => {
    fc.assert(
      fc.property(runs(fates), (run) => {
        play(run, (machines, begin) => {
          const failed = machines.some(({ phase }) => phase === 'Failed');
          if (run.policy.pauseOnFailure && failed) expect(begin).toEqual([]);
        });
      }),
    );
  });

  it('has so many proved, one by one, before others begin', () => {
    fc.assert(
      fc.property(runs(fates), (run) => {
        play(run, (machines, begin) => {
          const done = machines.filter(({ phase }) => phase === 'Done').length;
          const changing = machines.filter(({ phase }) => phase === 'Changing').length;
          const isEarly = done < Math.min(run.policy.canary, machines.length);
          if (isEarly && begin.length > 0) expect(changing + begin.length).toBe(1);
        });
      }),
    );
  });

  it('comes to its end where nothing fails for good', () => {
    const mishaps = fc.constantFrom('done', 'later', 'lost');
    fc.assert(
      fc.property(runs(mishaps), (run) => {
        const luck = [...run.luck, ...run.machines.flatMap(() => ['done', 'done', 'done'])];
        const end = play({ ...run, luck }, () => undefined);
        expect(decideRollout({ machines: end, policy: run.policy })).toMatchObject({
          phase: 'Done',
          done: end.length,
        });
      }),
    );
  });
});
