import { expect, test } from 'vitest';
import type { Load } from './load.ts';
import { checkTable, exchangeTable, type Findings, goalsOf, memoryTable, turnTable } from './summary.ts';

const aLoad = (over: Partial<Load> = {}): Load => ({
  calls: 1000,
  seconds: 2,
  p50: 1,
  p99: 4,
  cpu: 1.5,
  generator: 0.5,
  noise: 0.01,
  ...over,
});

const turn = (contender: string, over: Partial<Load> = {}, counts = true) => ({
  contender,
  counts,
  load: aLoad(over),
});

const findings = (over: Partial<Findings> = {}): Findings => ({
  scale: { signIns: 1000, exchanges: 1000, checks: 20_000, rounds: 3, warmUps: 1 },
  names: ['one', 'other'],
  memory: { before: 90, first: 100, second: 101 },
  turns: [
    turn('one', { seconds: 40 }, false),
    turn('other', { seconds: 90 }, false),
    turn('one', { seconds: 2 }),
    turn('other', { seconds: 4 }),
    turn('one', { seconds: 2.5 }),
    turn('other', { seconds: 4 }),
    turn('one', { seconds: 1 }),
    turn('other', { seconds: 4 }),
  ],
  checks: [aLoad({ calls: 20_000, seconds: 4 }), aLoad({ calls: 20_000, seconds: 2 })],
  usage: [
    { cpu: 10, rss: 110, peakRss: 120 },
    { cpu: 90, rss: 440, peakRss: 480 },
  ],
  ...over,
});

test('rounds that count are put together by their medians, and set against the other', () => {
  const { rows } = exchangeTable(findings());
  expect(rows[0]).toEqual(['answered, 1/s', '500 (400–1000)', '250', '2.00']);
  expect(rows[3]).toEqual(['CPU of each, ms', '1.500', '1.500', '1.00']);
  expect(rows[4]).toEqual(['RSS after all rounds, MiB', '110', '440', '0.25']);
  expect(rows[7]).toEqual(['load generator: CPUs busy', '0.25 (0.20–0.50)', '0.13']);
});

test('checks are told with what the load generator took', () => {
  const { rows } = checkTable(findings());
  expect(rows[0]).toEqual(['answered, 1/s', '7500 (5000–10000)']);
  expect(rows[5]).toEqual(['load generator: CPUs busy', '0.19 (0.13–0.25)']);
});

test('all rounds are shown, those that warm up as such', () => {
  const { rows } = turnTable(findings());
  expect(rows).toHaveLength(8);
  expect(rows[0]).toEqual(['(warming up) one', '25', '4.0', '0.04', '0.01', '1 %']);
  expect(rows[2]?.[0]).toBe('one');
});

test('memory is told as people sign in', () => {
  expect(memoryTable(findings()).rows).toEqual([
    ['everyone has a device', '90', '94'],
    ['after 1000 sign-ins', '100', '105'],
    ['after 2000 sign-ins', '101', '106'],
    ['after all rounds', '110', '115'],
  ]);
});

test('the goals are met by what was held first, by how much that grew, and by the busiest load generator', () => {
  const verdicts = (over: Partial<Findings> = {}) =>
    goalsOf(findings(over)).map(({ measured, met }) => [measured, met]);
  expect(verdicts()).toEqual([
    ['105 MB', true],
    ['1.0 MB', true],
    ['0.50', true],
  ]);
  expect(verdicts({ memory: { before: 90, first: 144, second: 154 } }).slice(0, 2)).toEqual([
    ['151 MB', false],
    ['10.5 MB', false],
  ]);
  expect(verdicts({ checks: [aLoad({ seconds: 1, generator: 0.9 })] }).at(-1)).toEqual(['0.90', false]);
});
