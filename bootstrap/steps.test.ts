import { expect, test } from 'vitest';
import { Failure } from './failure.ts';
import { runSteps, type Step, type StepReporter } from './steps.ts';

const recorder = () => {
  const told: string[] = [];
  const reporter: StepReporter = {
    started: (title) => told.push(`start ${title}`),
    progress: (title, doing) => told.push(`${title}: ${doing}`),
    finished: (title, outcome) => told.push(`${title} ${outcome}`),
  };
  return { told, reporter };
};

test('a run that was cut off is finished by the next, which leaves out what is done', async () => {
  const done = new Set<string>();
  const ran: string[] = [];
  let broken = true;
  const step = (title: string): Step => ({
    title,
    done: async () => done.has(title),
    run: async (progress) => {
      progress('at work');
      if (title === 'b' && broken) throw new Failure('b failed');
      ran.push(title);
      done.add(title);
    },
  });
  const steps = ['a', 'b', 'c'].map(step);
  const first = recorder();
  await expect(runSteps(steps, first.reporter)).rejects.toThrow('b failed');
  expect(first.told).toEqual(['start a', 'a: at work', 'a done', 'start b', 'b: at work', 'b failed']);
  broken = false;
  const second = recorder();
  await runSteps(steps, second.reporter);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(second.told[1]).toBe('a nothing to do');
});

test('the time that a step took is told', async () => {
  const times = [1000, 3500];
  const took: number[] = [];
  const { reporter } = recorder();
  const step: Step = { title: 'a', run: async () => undefined };
  await runSteps([step], { ...reporter, finished: (_, __, ms) => took.push(ms) }, () => times.shift() ?? 0);
  expect(took).toEqual([2500]);
});
