import { expect, test } from 'vitest';
import type { Surroundings } from '../apply/surroundings.ts';
import type { Journal } from '../journal/journal.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { createFakeMachine, type FakeMachine } from '../testing/fake-machine.ts';
import { correctDrift, driftOf, driftStatus } from './correct.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const WANTED = `/nix/store/${'1'.repeat(32)}-wanted`;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

const journal = (drift: 'Correct' | 'Report' = 'Correct'): Journal => ({
  version: 1,
  golden: GOLDEN,
  knownGood: WANTED,
  confirmed: { id: 'one', closure: WANTED, at: '2026-01-01T00:00:00Z', drift },
});

/** A machine that was put back to golden by somebody else. */
function drifted() {
  const clock = autoClock();
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [WANTED]: {} }, clock);
  const around: Surroundings = {
    system: machine.system,
    journal: machine.journal,
    clock,
    logger: silent,
    settle: 0,
    machine: () => 'alpha',
    credentials: async () => undefined,
    deliver: async () => undefined,
    forgetFiles: async () => undefined,
  };
  return { machine, around, clock };
}

const where = (machine: FakeMachine) => [machine.running(), machine.nextBoot()];

test('a machine that has drifted is put right, if that is wanted', async () => {
  const { machine, around, clock } = drifted();
  await correctDrift(journal(), around);
  clock.advance(10);
  expect(where(machine)).toEqual([WANTED, WANTED]);
});

test('what was built for nothing is kept no longer', async () => {
  const { machine, around } = drifted();
  await machine.system.store.pin('pending', WANTED);
  await correctDrift(journal('Report'), around);
  expect(machine.pinned('pending')).toBeUndefined();
});

test('a machine that has drifted is put right, also where that can’t be let go', async () => {
  const { machine, around, clock } = drifted();
  await machine.system.store.pin('pending', WANTED);
  const { pin } = machine.system.store;
  machine.system.store.pin = async (name, path) => {
    if (name === 'pending') throw new Error('EROFS: read-only file system');
    await pin(name, path);
  };
  await correctDrift(journal(), around);
  clock.advance(10);
  expect(where(machine)).toEqual([WANTED, WANTED]);
});

test('a machine that has drifted is left alone, if that is wanted', async () => {
  const { machine, around, clock } = drifted();
  await correctDrift(journal('Report'), around);
  clock.advance(10);
  expect(where(machine)).toEqual([GOLDEN, GOLDEN]);
});

test('a machine to which nothing was ever assigned is left alone', async () => {
  const { machine, around, clock } = drifted();
  const { confirmed: _none, ...bare } = journal();
  await correctDrift(bare, around);
  clock.advance(10);
  expect(where(machine)).toEqual([GOLDEN, GOLDEN]);
});

test('a pin that somebody took away is put again, whatever else is wanted', async () => {
  const { machine, around } = drifted();
  await correctDrift(journal('Report'), around);
  expect([machine.pinned('golden'), machine.pinned('known-good')]).toEqual([GOLDEN, WANTED]);
});

test('a boot loader that is owed something is told so, once', async () => {
  const { machine, around } = drifted();
  const owed: Journal = { version: 1, golden: GOLDEN, knownGood: GOLDEN, bootOwed: WANTED };
  expect(await correctDrift(owed, around)).not.toHaveProperty('bootOwed');
  expect(machine.nextBoot()).toBe(WANTED);
});

test('drift is told in a sentence, and since when', async () => {
  const { machine } = drifted();
  const message = driftOf(journal(), await machine.system.standing());
  expect(message).toBe(`The machine runs ${GOLDEN}, not ${WANTED}, which was confirmed.`);
  const [first, later] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T01:00:00Z')];
  const since = driftStatus(message, undefined, first);
  expect(driftStatus(message, since, later)).toEqual({ since: '2026-01-01T00:00:00.000Z', message });
  expect(driftStatus(undefined, since, later)).toBeUndefined();
});
