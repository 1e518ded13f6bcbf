import { expect, test } from 'vitest';
import { reportText } from '../report.ts';
import type { Effort, Scale } from './measure.ts';
import { scaleGoals, scaleTable } from './summary.ts';
import { changesBetween } from './untouched.ts';

const effort: Effort = {
  seconds: 100,
  cpu: 40,
  cores: 0.4,
  passes: 9_000,
  p50: 20,
  p99: 120,
  writes: 36_000,
  reads: 15_000,
  peakRss: 300,
  noise: 0.02,
};
const scale: Scale = {
  apps: 3_000,
  wave: effort,
  steady: { ...effort, count: 60, readyP50: 90, readyP99: 210 },
  arrival: { ...effort, rewired: 500, restarted: 500 },
  touched: [],
  rss: { empty: 120, afterWave: 250, afterArrival: 260 },
};
const met = (changed: Partial<Scale>) => scaleGoals({ ...scale, ...changed }, 500).map((goal) => goal.met);

test('a home that takes little, and rewires those that it should alone, meets every goal', () => {
  expect(met({})).toEqual([true, true, true, true, true]);
});

test.each<[string, Partial<Scale>, number]>([
  ['slow passes while all are installed', { wave: { ...effort, p99: 900 } }, 0],
  ['slow passes while some are rewired', { arrival: { ...scale.arrival, p99: 900 } }, 0],
  ['no pass at all', { wave: { ...effort, p99: Number.NaN } }, 0],
  ['more than half a core', { wave: { ...effort, cores: 0.6 } }, 1],
  ['more than a gibibyte', { arrival: { ...scale.arrival, peakRss: 1_100 } }, 2],
  ['one that was not rewired', { arrival: { ...scale.arrival, rewired: 499 } }, 3],
  ['one whose pods know nothing of it', { arrival: { ...scale.arrival, restarted: 499 } }, 3],
  ['another that was written', { touched: ['App/app-00001'] }, 4],
])('%s misses its goal', (_, changed, missed) => {
  expect(met(changed)).toEqual([0, 1, 2, 3, 4].map((goal) => goal !== missed));
});

test('the table says how much it is for each app', () => {
  const text = reportText({ results: scale, tables: [scaleTable(scale)], goals: [] });
  expect(text).toMatch(/writes per app +12\.00 +600\.00 +72\.00/);
  expect(text).toMatch(/create to Ready p99, ms +210/);
});

test('what was written, came or went is told, and nothing else', () => {
  const before = new Map([
    ['App/a', '1'],
    ['App/b', '1'],
    ['App/c', '1'],
  ]);
  const after = new Map([
    ['App/a', '1'],
    ['App/b', '2'],
    ['App/d', '3'],
  ]);
  expect(changesBetween(before, before)).toEqual([]);
  expect(changesBetween(before, after)).toEqual(['App/b', 'App/c', 'App/d']);
});
