import { describe, expect, test } from 'vitest';
import { type Journal, parseJournal } from '../journal/journal.ts';
import { CommandFailed, type PreviewRequest } from '../system/system.ts';
import { assignmentOf, attemptOf } from '../testing/attempt.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { type FakeNio, live, surroundings } from '../testing/fake-agent.ts';
import { createFakeMachine, type FakeMachine } from '../testing/fake-machine.ts';
import type { FakeClosure } from '../testing/fake-start.ts';
import { decideAside } from './decide.ts';
import { createEngine } from './engine.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const preview: PreviewRequest = { id: 'look', flake: { url: 'git+https://git/home', ref: 'idea' } };

const assignment = assignmentOf({ flake: { url: 'git+https://git/home' }, credentials: true });

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
      { message: 'It could not be made: nix ended with 1: error: no.' },
    ],
    [
      'its flake is gone',
      {},
      (machine) => {
        machine.builds.fetch = new CommandFailed('nix', 1, 'error: 404', 'ended with 1');
      },
      {
        message: expect.stringMatching(
          /^It could not be made: nix ended with 1: error: 404; it was .* without credentials/,
        ),
      },
    ],
    [
      'nix says what nobody understands',
      {},
      (machine) => {
        machine.system.store.fetch = async () => {
          throw new SyntaxError('Unexpected token');
        };
      },
      { message: expect.stringContaining('It could not be made: Unexpected token') },
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

test('one that is not asked for any more is called off, and forgotten', async () => {
  const clock = autoClock();
  const machine = machineWith({}, clock);
  const applied: FakeNio = { ...alone, assignment };
  let nio: FakeNio = applied;
  const building = Promise.withResolvers<void>();
  const { build } = machine.system.store;
  let builds = 0;
  machine.system.store.build = (reference, attribute, credentials, signal) => {
    if (++builds === 1) return build(reference, attribute, credentials, signal);
    building.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new CommandFailed('nix', undefined, '', 'was ended')));
    });
  };
  const life = await live(
    machine,
    clock,
    () => nio,
    (tell) => {
      void building.promise.then(() => {
        nio = { ...applied, preview: undefined };
        tell();
      });
    },
  );
  expect(life).toMatchObject({ end: 'ended', journal: { attempt: { verdict: { phase: 'Done' } } } });
  expect(life.end === 'ended' && life.journal.preview).toBeUndefined();
  expect(machine.pinned('pending')).toBeUndefined();
});

test('one that takes long is left while the machine is put right, and made after that', async () => {
  const clock = autoClock();
  const machine = machineWith({}, clock);
  const confirmed = { id: 'one', closure: GOLDEN, at: '2026-01-01T00:00:00Z', drift: 'Correct' } as const;
  await machine.journal.write({ version: 1, golden: GOLDEN, knownGood: GOLDEN, confirmed });
  const { build } = machine.system.store;
  let builds = 0;
  machine.system.store.build = (reference, attribute, credentials, signal) => {
    if (++builds > 1) return build(reference, attribute, credentials, signal);
    return new Promise((_, reject) => {
      // Somebody switches the machine by hand meanwhile.
      void machine.system.activation.start('hearth-activation', NEW, 'test');
      signal.addEventListener('abort', () => reject(new CommandFailed('nix', undefined, '', 'was ended')));
    });
  };
  const journal = await untilMade(machine, alone, clock);
  expect([builds, journal.preview?.phase]).toEqual([2, 'Done']);
  clock.advance(60);
  expect(machine.running()).toBe(GOLDEN);
});

test('what is owed to the boot loader is paid before anything is looked at', async () => {
  const clock = autoClock();
  const machine = machineWith({}, clock);
  const owed: Journal = { version: 1, golden: GOLDEN, knownGood: GOLDEN, bootOwed: GOLDEN };
  await machine.journal.write(owed);
  const journal = await untilMade(machine, alone, clock);
  expect(journal.bootOwed).toBeUndefined();
  expect(machine.calls.indexOf('setProfile')).toBeGreaterThan(-1);
  expect(machine.calls.indexOf('setProfile')).toBeLessThan(machine.calls.indexOf('fetch'));
});

test('an agent that has a successor leaves previews to it', async () => {
  const machine = machineWith({});
  const around = surroundings(machine, autoClock(), () => undefined);
  const engine = createEngine({ version: 1, golden: GOLDEN, knownGood: GOLDEN }, around, {
    isReplaced: async () => true,
    silence: () => 0,
    onStep: () => undefined,
  });
  engine.want({ known: true, preview });
  expect(await engine.run(new AbortController().signal)).toBe('replaced');
  expect(machine.calls).not.toContain('fetch');
});

test('a journal with a preview that is not understood is otherwise as it was', () => {
  const kept: Journal = { version: 1, golden: GOLDEN, knownGood: NEW };
  expect(parseJournal(JSON.stringify({ ...kept, preview: { id: 'look', phase: 'Dreaming' } }))).toEqual(kept);
});

describe('the credentials of a machine are shown', () => {
  const attempt = attemptOf({ stage: 'Ended', from: GOLDEN });
  const journal: Journal = { version: 1, golden: GOLDEN, knownGood: GOLDEN, attempt };

  test.each([
    ['to the repository that they are for', assignment, 'git+https://git/home', true],
    ['to no other', assignment, 'git+https://git.evil/home', false],
    ['to nobody where there are none', { ...assignment, credentials: false }, 'git+https://git/home', false],
    ['to nobody where nothing is assigned', undefined, 'git+https://git/home', false],
  ])('%s', (_, assigned, url, credentials) => {
    const wanted = { known: true, assignment: assigned, preview: { id: 'look', flake: { url } } } as const;
    expect(decideAside(journal, wanted)).toMatchObject({
      do: 'preview',
      preview: { credentials },
    });
  });
});
