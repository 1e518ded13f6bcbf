import { expect, test } from 'vitest';
import type { Assignment } from '../system/system.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { live } from '../testing/fake-agent.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';
import { firstJournal } from './journal.ts';
import { recoverJournal } from './recover.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const assignment: Assignment = {
  id: 'one',
  action: 'Apply',
  flake: { url: 'git+https://git/home' },
  confirmWindow: '1m',
  drift: 'Correct',
  reboot: 'WhenNeeded',
  credentials: false,
};
const verdict = { phase: 'RolledBack', message: 'It was not confirmed.' } as const;
const pinned = firstJournal(GOLDEN);
const of = (attempt: object) => JSON.stringify({ version: 2, news: true, attempt });

test.each([
  ['an attempt under way', of({ id: 'one', stage: 'Draining' }), 'one'],
  ['what has ended', of({ id: 'one', stage: 'Ended', verdict }), 'one'],
  ['nothing that anybody could read', '{"version"', 'unknown'],
])('on a system that is not known good, %s is gone back from', (_what, text, id) => {
  expect(recoverJournal(text, pinned, NEW).attempt).toMatchObject({
    id,
    stage: 'Reverting',
    from: GOLDEN,
    activated: true,
    bootTouched: true,
  });
});

test('what has ended is not begun anew, and the boot loader is told once more', () => {
  const text = of({ id: 'one', stage: 'Ended', verdict });
  expect(recoverJournal(text, pinned, GOLDEN)).toMatchObject({
    bootOwed: GOLDEN,
    attempt: { id: 'one', stage: 'Ended', verdict },
  });
});

test('on what is known good, what is damaged or was under way is forgotten', () => {
  expect(recoverJournal('{', pinned, GOLDEN)).toEqual(pinned);
  expect(recoverJournal(of({ id: 'one', stage: 'Draining' }), pinned, GOLDEN)).toEqual(pinned);
});

test('a machine that starts a trial whose agent can’t read the journal goes back', async () => {
  const clock = autoClock();
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [NEW]: { kernel: '2', exitCode: 100 } }, clock);
  machine.built = NEW;
  const nio = () => ({ assignment, confirms: true });
  // It dies with the restart into the system on trial.
  expect(await live(machine, clock, nio)).toEqual({ end: 'killed' });
  expect(machine.running()).toBe(NEW);

  const { read } = machine.journal;
  machine.journal.read = async () => ({ unreadable: of({ id: 'one', stage: 'Rebooting' }) });
  for (let lives = 0; lives < 5 && machine.running() === NEW; lives++) {
    await live(machine, clock, nio);
    machine.journal.read = read;
    clock.advance(5);
  }
  expect([machine.running(), machine.nextBoot()]).toEqual([GOLDEN, GOLDEN]);
});
