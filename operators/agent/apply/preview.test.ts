import { describe, expect, test } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import { CommandFailed, type PreviewRequest } from '../system/system.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { type FakeNio, live } from '../testing/fake-agent.ts';
import { createFakeMachine, type FakeMachine } from '../testing/fake-machine.ts';
import type { FakeClosure } from '../testing/fake-start.ts';
import { decide } from './decide.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const preview: PreviewRequest = { id: 'look', flake: { url: 'git+https://git/home', ref: 'idea' } };

const assignment: NonNullable<Journal['attempt']>['assignment'] = {
  id: 'one',
  action: 'Apply',
  flake: { url: 'git+https://git/home' },
  confirmWindow: '20s',
  drift: 'Correct',
  reboot: 'WhenNeeded',
  credentials: true,
};

function machineWith(closure: FakeClosure, clock = autoClock()): FakeMachine {
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [NEW]: closure }, clock);
  machine.built = NEW;
  return machine;
}

/** Lets agents live one after the other until one has made the preview. */
async function untilMade(machine: FakeMachine, nio: FakeNio, clock = autoClock()): Promise<Journal> {
  for (let lives = 0; lives < 5; lives++) {
    const life = await live(machine, clock, () => nio);
    if (life.end === 'ended') return life.journal;
  }
  throw new Error('it does not come to an end');
}

/** Nothing was changed, and nothing is kept in the store for it. */
function expectUntouched(machine: FakeMachine): void {
  expect([machine.running(), machine.profile(), machine.nextBoot()]).toEqual([GOLDEN, GOLDEN, GOLDEN]);
  expect(machine.pinned('pending')).toBeUndefined();
  expect(machine.calls.filter((call) => /^(start|set|guard set|tryOnce|reboot)/.test(call))).toEqual([]);
}

const alone: FakeNio = { assignment: undefined, preview, confirms: true };

test('a preview says what would change, and changes nothing', async () => {
  const machine = machineWith({ kernel: '2' });
  const journal = await untilMade(machine, alone);
  expect(journal.preview).toMatchObject({
    id: 'look',
    phase: 'Done',
    closure: NEW,
    revision: 'a'.repeat(40),
    diff: { class: 'reboot' },
  });
  expect(journal.attempt).toBeUndefined();
  expectUntouched(machine);
});

describe('a preview says why it could not be applied', () => {
  test.each<[string, FakeClosure, (machine: FakeMachine) => void, object]>([
    [
      'it does not build',
      {},
      (machine) => {
        machine.builds.build = new CommandFailed('nix', 1, 'error: no', 'ended with 1');
      },
      { message: 'It could not be applied: nix ended with 1: error: no.' },
    ],
    [
      'its flake is gone',
      {},
      (machine) => {
        machine.builds.fetch = new CommandFailed('nix', 1, 'error: 404', 'ended with 1');
      },
      { message: 'It could not be applied: nix ended with 1: error: 404.' },
    ],
    [
      'it has no agent',
      { missingUnit: 'hearth-agent.service' },
      () => {},
      { message: expect.stringContaining('no hearth-agent.service'), diff: { class: 'live' } },
    ],
    [
      'the disk is full',
      {},
      (machine) => {
        machine.room.storeFree = 0;
      },
      { message: expect.stringContaining('the disk is full'), closure: NEW },
    ],
  ])('%s', async (_, closure, spoil, expected) => {
    const machine = machineWith(closure);
    spoil(machine);
    const journal = await untilMade(machine, alone);
    expect(journal.preview).toMatchObject({ id: 'look', phase: 'Failed', ...expected });
    expectUntouched(machine);
  });

  test('it is not what it should be', async () => {
    const machine = machineWith({});
    const narHash = `sha256-${'B'.repeat(43)}=`;
    const journal = await untilMade(machine, {
      ...alone,
      preview: { id: 'look', flake: { ...preview.flake, narHash } },
    });
    expect(journal.preview).toMatchObject({ phase: 'Failed', message: expect.stringContaining('narHash') });
    expect(machine.calls).not.toContain('build');
  });
});

test('an agent that is killed anywhere makes its preview in the end, and changes nothing', async () => {
  for (const when of ['before', 'after'] as const)
    for (let call = 1; ; call++) {
      const clock = autoClock();
      const machine = machineWith({}, clock);
      machine.killAt(call, when);
      const journal = await untilMade(machine, alone, clock);
      expect(journal.preview, `${when} ${machine.calls[call - 1]}`).toMatchObject({ phase: 'Done' });
      expectUntouched(machine);
      if (machine.calls.length < call) break;
    }
});

test('what is to be made true comes first, and calls a preview off that is being built', async () => {
  const clock = autoClock();
  const machine = machineWith({}, clock);
  const { build } = machine.system.store;
  let nio: FakeNio = alone;
  const building = Promise.withResolvers<void>();
  const stepped = Promise.withResolvers<void>();
  let builds = 0;
  machine.system.store.build = (reference, attribute, credentials, signal) => {
    if (++builds > 1) return build(reference, attribute, credentials, signal);
    building.resolve();
    // It takes for ever, unless somebody ends it.
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stepped.resolve();
        reject(new CommandFailed('nix', undefined, '', 'was ended'));
      });
    });
  };
  const life = live(
    machine,
    clock,
    () => nio,
    (tell) => {
      void building.promise.then(() => {
        nio = { ...alone, assignment };
        tell();
      });
    },
  );
  await stepped.promise;
  expect(await life).toMatchObject({
    end: 'ended',
    journal: { attempt: { id: 'one', verdict: { phase: 'Done' } }, preview: { id: 'look', phase: 'Done' } },
  });
  expect(machine.running()).toBe(NEW);
  expect(builds).toBe(3);
});

describe('the credentials of a machine are shown', () => {
  const journal: Journal = { version: 1, golden: GOLDEN, knownGood: GOLDEN };
  const ended: Journal['attempt'] = {
    id: 'one',
    assignment,
    stage: 'Ended',
    since: '2026-01-01T00:00:00Z',
    from: GOLDEN,
    bootId: 'first',
    activated: false,
    failedBefore: [],
    needsRestart: false,
    trial: false,
    bootTouched: false,
    committed: false,
    tries: 0,
  };
  const seen = {
    standing: { running: GOLDEN, bootId: 'first', uptime: 1 },
    activation: { state: 'absent' },
    failedUnits: [],
    trialMethod: 'none',
    silence: 0,
  } as const;

  test.each([
    ['to the repository that they are for', assignment, 'git+https://git/home', true],
    ['to no other', assignment, 'git+https://git.evil/home', false],
    ['to nobody where there are none', { ...assignment, credentials: false }, 'git+https://git/home', false],
    ['to nobody where nothing is assigned', undefined, 'git+https://git/home', false],
  ])('%s', (_, assigned, url, credentials) => {
    const wanted = { known: true, assignment: assigned, preview: { id: 'look', flake: { url } } } as const;
    expect(decide({ ...journal, attempt: ended }, seen, wanted)).toMatchObject({
      do: 'preview',
      preview: { credentials },
    });
  });
});
