import { beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, Journal } from '../journal/journal.ts';
import { CommandFailed } from '../system/system.ts';
import { type AutoClock, autoClock } from '../testing/auto-clock.ts';
import { surroundings } from '../testing/fake-agent.ts';
import { createFakeMachine, type FakeMachine } from '../testing/fake-machine.ts';
import { act, type Doing } from './act.ts';
import { begin } from './journal-changes.ts';
import type { Surroundings } from './surroundings.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;
const never = new AbortController().signal;

let clock: AutoClock;
let machine: FakeMachine;
let around: Surroundings;
let journal: Journal;

beforeEach(async () => {
  clock = autoClock();
  machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [NEW]: {} }, clock);
  around = surroundings(machine, clock, () => undefined);
  const assignment = {
    id: 'one',
    action: 'Apply',
    confirmWindow: '10m',
    drift: 'Correct',
    reboot: 'WhenNeeded',
    credentials: false,
  } as const;
  const first = { version: 1, golden: GOLDEN, knownGood: GOLDEN } as const;
  journal = begin(first, assignment, await machine.system.standing(), clock);
});

const on = (change: Partial<Attempt>): Journal => ({
  ...journal,
  ...(journal.attempt ? { attempt: { ...journal.attempt, closure: NEW, ...change } } : {}),
});
const doing = (what: Doing['do'], from: Journal) => act(from, { do: what } as Doing, around, never);
const late = () => {
  throw new CommandFailed('systemd-run', undefined, '', 'did not end within 60 s');
};

describe('a command that fails after it has had its effect', () => {
  test('leaves an attempt that knows of the activation', async () => {
    const { start } = machine.system.activation;
    machine.system.activation.start = (...of) => start(...of).then(late);
    const { attempt } = await doing('activate', on({ stage: 'Testing' }));
    expect(attempt).toMatchObject({ stage: 'Reverting', activated: true });
  });

  test('leaves an attempt that knows that the boot loader was touched', async () => {
    machine.system.boot.tryOnce = async () => late();
    const { attempt } = await doing('try-once', on({ stage: 'Rebooting', activated: true }));
    expect(attempt).toMatchObject({ stage: 'Reverting', bootTouched: true });
  });
});
