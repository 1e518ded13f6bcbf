import type { EnrolmentOffer, Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { fakeClock } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { facts, machineWith } from '../machine/testing/machine.ts';
import type { Machines } from './machines.ts';
import { type Door, PATIENCE, takeIn } from './take-in.ts';
import { createTurns } from './turns.ts';

const NOW = '2026-01-01T12:00:00Z';
const clock = fakeClock(NOW);
const before = (milliseconds: number) => new Date(Date.parse(NOW) - milliseconds).toISOString();

/** One that nobody has approved, heard so long ago; or one that is approved. */
const machine = (name: string, silence: number, approved = false): Immutable<Machine> => {
  const { spec, ...rest } = machineWith({ name, status: { publicKey: name, lastSeen: before(silence) } });
  const { approval, ...others } = spec;
  return { ...rest, spec: approved ? { ...others, approval } : others } as Immutable<Machine>;
};

function door(all: readonly Immutable<Machine>[], change: Partial<Door> = {}) {
  const [discarded, created]: string[][] = [[], []];
  const machines: Pick<Machines, 'all' | 'create' | 'discard'> = {
    all: async () => [...all, ...(created ?? []).map((name) => machine(name, 0))],
    create: async (name) => {
      created?.push(name);
      return machine(name, 0);
    },
    discard: async ({ metadata: { name } }) => void discarded?.push(name),
  };
  const newcomers = { allow: () => true };
  const parts = { machines: machines as Machines, clock, newcomers, turns: createTurns(1), mostWaiting: 3 };
  return { door: { ...parts, ...change }, discarded, created };
}

const offer = (hostname: string): EnrolmentOffer => ({
  publicKey: `${'N'.repeat(43)}=`,
  challenge: '',
  signature: '',
  facts: { ...facts, hostname },
  mode: 'Installer',
  version: '1',
});

const [here, silent] = [60_000, PATIENCE + 1];

test.each<[string, readonly Immutable<Machine>[], readonly string[]]>([
  ['there is room', [machine('a', silent), machine('b', here)], []],
  ['those that are approved take none', [1, 2, 3, 4].map((at) => machine(`m${at}`, silent, true)), []],
  [
    'the one goes that was silent for longest',
    [machine('a', silent), machine('b', silent + 1), machine('c', here), machine('d', 2 * silent, true)],
    ['b'],
  ],
])('a machine is taken in: %s', async (_, all, gone) => {
  const { door: at, discarded, created } = door(all);
  await takeIn(offer('new'), false, at);
  expect({ discarded, created }).toEqual({ discarded: gone, created: ['new'] });
});

test('none is where all that wait are there; but for one that is expected', async () => {
  const { door: at, discarded, created } = door(['a', 'b', 'c'].map((name) => machine(name, here)));
  await expect(takeIn(offer('new'), false, at)).rejects.toThrow('3 machines wait for approval');
  expect({ discarded, created }).toEqual({ discarded: [], created: [] });
  await takeIn(offer('new'), true, { ...at, newcomers: { allow: () => false } });
  expect(created).toEqual(['new']);
});

test('the last room is given once, whoever asks at the same time', async () => {
  const { door: at, created } = door([machine('a', here), machine('b', here)]);
  const asked = Array.from({ length: 5 }, (_, each) => takeIn(offer(`new-${each}`), false, at));
  const answers = await Promise.allSettled(asked);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(created).toHaveLength(1);
});

test('so many wait for their turn, and who comes beyond has to come again', async () => {
  const { door: at, created } = door([], { mostWaiting: 100 });
  const asked = Array.from({ length: 30 }, (_, each) => takeIn(offer(`new-${each}`), false, at));
  const answers = await Promise.allSettled(asked);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(17);
  expect(created).toHaveLength(17);
});

test('Machines are not even read for more than may come in so short a time', async () => {
  const { door: at } = door([], { newcomers: { allow: () => false } });
  const all = () => Promise.reject(new Error('they were read'));
  const machines = { ...at.machines, all };
  await expect(takeIn(offer('new'), false, { ...at, machines })).rejects.toThrow('Too many machines ask');
});
