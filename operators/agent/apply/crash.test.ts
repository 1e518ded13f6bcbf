import { describe, expect, test, vi } from 'vitest';
import type { Assignment } from '../system/system.ts';
import { assignmentOf } from '../testing/attempt.ts';
import { type AutoClock, autoClock } from '../testing/auto-clock.ts';
import { type FakeNio, live } from '../testing/fake-agent.ts';
import { createFakeMachine, type FakeMachine } from '../testing/fake-machine.ts';
import type { FakeClosure } from '../testing/fake-start.ts';

/**
 * The agent is killed, or the power lost, before and after each single thing that it does to its machine or writes
 * down, in every kind of attempt. Whenever that is, the machine ends on a closure that is known and can be reached, and
 * what it would start with is that same closure.
 */

// Hundreds of lives each; more than the usual time where others use the processor too.
vi.setConfig({ testTimeout: 120_000 });

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const assignment = assignmentOf({ flake: { url: 'git+https://git/home' }, confirmWindow: '20s' });

interface Scenario {
  readonly name: string;
  readonly closure: FakeClosure;
  /** What is gone back to. */
  readonly golden?: FakeClosure;
  readonly confirms?: boolean;
  readonly action?: Assignment['action'];
  /** How it ends when nothing else happens. */
  readonly ends: 'Done' | 'RolledBack' | 'Failed';
}

const scenarios: readonly Scenario[] = [
  { name: 'a change that works', closure: {}, ends: 'Done' },
  { name: 'a new kernel', closure: { kernel: '2' }, ends: 'Done' },
  { name: 'a system that only a restart brings up', closure: { kernel: '2', exitCode: 100 }, ends: 'Done' },
  { name: 'a kernel that does not start', closure: { kernel: '2', doesNotStart: true }, ends: 'RolledBack' },
  {
    name: 'a system that only a restart brings up, without the network',
    closure: { kernel: '2', exitCode: 100, cutsNetwork: true },
    ends: 'RolledBack',
  },
  {
    name: 'a system that only a restart brings up, without network and agent',
    closure: { kernel: '2', exitCode: 100, cutsNetwork: true, agentFails: true },
    ends: 'RolledBack',
  },
  {
    name: 'a kernel on which the agent does not run',
    closure: { kernel: '2', agentFails: true },
    ends: 'RolledBack',
  },
  { name: 'a system that cuts the network', closure: { cutsNetwork: true }, ends: 'RolledBack' },
  { name: 'a switch that hangs', closure: { hangs: true }, ends: 'RolledBack' },
  { name: 'a switch that fails with 1', closure: { exitCode: 1 }, ends: 'RolledBack' },
  { name: 'a switch that fails with 2', closure: { exitCode: 2 }, ends: 'RolledBack' },
  { name: 'a switch that fails with 4', closure: { exitCode: 4 }, ends: 'RolledBack' },
  { name: 'a unit that fails after it', closure: { failedUnits: ['web.service'] }, ends: 'RolledBack' },
  { name: 'a NIO that does not answer', closure: {}, confirms: false, ends: 'RolledBack' },
  {
    name: 'a boot partition that is full',
    closure: { bootEntryFails: 'No space left on device' },
    ends: 'RolledBack',
  },
  { name: 'a system without the agent', closure: { missingUnit: 'hearth-agent.service' }, ends: 'Failed' },
  { name: 'back to golden', closure: {}, action: 'Golden', ends: 'Done' },
];

function home({ closure, golden = {}, confirms = true, action = 'Apply' }: Scenario, clock: AutoClock) {
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: golden, [NEW]: closure }, clock);
  machine.built = NEW;
  const nio: FakeNio = { assignment: { ...assignment, action }, confirms };
  return { machine, nio: () => nio };
}

/** The machine is where it may be, whatever has happened. */
function expectSafe(machine: FakeMachine): void {
  expect(machine.reachable()).toBe(true);
  expect([GOLDEN, NEW]).toContain(machine.running());
  expect(machine.nextBoot()).toBe(machine.running());
  expect(machine.profile()).toBe(machine.running());
  expect(machine.pinned('known-good')).toBe(machine.running());
  expect(machine.pinned('golden')).toBe(GOLDEN);
}

/** Lets agents live one after the other until one has brought the attempt to its end. */
async function untilEnded(machine: FakeMachine, clock: AutoClock, nio: () => FakeNio) {
  for (let lives = 0; lives < 20; lives++) {
    const life = await live(machine, clock, nio);
    if (life.end === 'ended') return life.journal;
    clock.advance(2);
  }
  throw new Error('it does not come to an end');
}

interface Death {
  readonly machine: FakeMachine;
  readonly clock: AutoClock;
  readonly nio: () => FakeNio;
  /** Where, for who reads that it went wrong. */
  readonly at: string;
}

/** Has an agent die before and after each of its calls in turn, and looks what comes of it. */
async function killedAnywhere(scenario: Scenario, then: (death: Death) => Promise<void>): Promise<void> {
  for (const when of ['before', 'after'] as const)
    for (let call = 1; ; call++) {
      const clock = autoClock();
      const { machine, nio } = home(scenario, clock);
      machine.killAt(call, when);
      await live(machine, clock, nio);
      await then({ machine, clock, nio, at: `${when} call ${call}, ${machine.calls[call - 1]}` });
      // It has come to its end before that many calls.
      if (machine.calls.length < call) break;
    }
}

describe.each(scenarios)('$name', (scenario) => {
  test('ends as it should', async () => {
    const clock = autoClock();
    const { machine, nio } = home(scenario, clock);
    const { attempt } = await untilEnded(machine, clock, nio);
    expect(attempt?.verdict?.phase).toBe(scenario.ends);
    expectSafe(machine);
    expect(machine.running()).toBe(scenario.ends === 'Done' && scenario.action !== 'Golden' ? NEW : GOLDEN);
  });

  describe.each(['killed', 'without power'] as const)('an agent that is %s', (how) => {
    test('anywhere leaves the machine on a known system, which can be reached', () =>
      killedAnywhere(scenario, async ({ machine, clock, nio, at }) => {
        if (how === 'without power') machine.losePower();
        clock.advance(3);
        const { attempt } = await untilEnded(machine, clock, nio);
        expect(attempt?.verdict?.message, at).toMatch(/[.]$/);
        expect(() => expectSafe(machine), at).not.toThrow();
      }));
  });

  test('an agent that is killed and never comes back leaves a machine that can be reached', () =>
    killedAnywhere(scenario, async ({ machine, clock, at }) => {
      clock.advance(24 * 3600);
      expect(machine.reachable(), at).toBe(true);
      // Its next start is of a system that works too.
      machine.losePower();
      expect(machine.reachable(), at).toBe(true);
    }));
});

describe('a way back that hangs', () => {
  const scenario: Scenario = {
    name: 'a system that cuts the network',
    closure: { cutsNetwork: true },
    golden: { hangs: true },
    ends: 'RolledBack',
  };

  test('leads to a restart', async () => {
    const clock = autoClock();
    const { machine, nio } = home(scenario, clock);
    const { attempt } = await untilEnded(machine, clock, nio);
    expect(attempt?.verdict?.phase).toBe('RolledBack');
    expect(machine.restarts()).toBe(1);
    expectSafe(machine);
  });

  test('leads to a restart where no agent is left', async () => {
    const clock = autoClock();
    const { machine, nio } = home(scenario, clock);
    machine.killAt(60, 'before');
    await live(machine, clock, nio);
    expect(machine.running()).toBe(NEW);
    clock.advance(3600);
    expect(machine.reachable()).toBe(true);
    expectSafe(machine);
  });
});
