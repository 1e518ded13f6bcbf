import { expect, test } from 'vitest';
import type { Run } from './measure.ts';
import { CEILING, goalsOf, HEARTH, noiseTable, PEER, SPARING_PEER, summaryTable } from './summary.ts';

function run(contender: string, rate: number, settledRss = 100): Run {
  const drain = { rate, total: 1, cpu: 2, peakRss: 150, settledRss, writes: 2, noise: 0.25, load: 1.5 };
  return { contender, drain };
}

const runs = [run(CEILING, 500), run(HEARTH, 430), run(PEER, 300), run(SPARING_PEER, 420), run(HEARTH, 450)];

test('runs of one contender are put together, with their spread, and set against the others', () => {
  const [rate, ...others] = summaryTable(runs, 'title').rows;
  expect(rate).toEqual([
    'objects made Ready, 1/s',
    '500',
    '440 (430–450)',
    '300',
    '420',
    '1.47',
    '1.05',
    '0.88',
  ]);
  expect(others.find(([name]) => name === 'cold sync, s')?.slice(1)).toEqual(Array(7).fill('–'));
});

test('a goal is met by the mean of the rates, and by the highest memory', () => {
  const verdicts = (all: readonly Run[]) => goalsOf(all).map(({ measured, met }) => [measured, met]);
  expect(verdicts(runs)).toEqual([
    ['1.47', true],
    ['1.05', false],
    ['88 %', true],
    ['105 MB', true],
  ]);
  expect(verdicts([...runs, run(HEARTH, 440, 144)]).at(-1)).toEqual(['151 MB', false]);
});

test('the noise of each run is told', () => {
  expect(noiseTable(runs.slice(0, 1)).rows).toEqual([[CEILING, '500', '25 %', '1.5']]);
});
