import { describe, expect, it } from 'vitest';
import { computePush, type Measured, machinesGoals, machinesTable } from './summary.ts';

const measured: Measured = {
  machines: 1000,
  maxUnavailable: 50,
  minutes: 3,
  idleAgents: 2.2,
  idleNio: 0.01,
  idleCpu: 1,
  rollout: 220,
  each: 10,
  rolloutCpu: 20,
  rolloutRequests: 4,
  rss: 150,
  peakRss: 180,
};

describe('the reference', () => {
  it('is computed from what one machine takes without confirmation', () => {
    expect(computePush(measured, 7.5)).toEqual({ idleRequests: 1, idleCpu: 30, abreast: 60, oneByOne: 3000 });
  });

  it('says that it is computed', () => {
    const { title, columns } = machinesTable(measured, computePush(measured, 0));
    expect(title).toContain('computed, not measured');
    expect(columns.at(-1)).toContain('computed');
  });
});

describe('the goals', () => {
  it('are met by these', () => {
    expect(machinesGoals(measured).map(({ met }) => met)).toEqual([true, true, true, true]);
  });

  it.each<[keyof Measured, number, number]>([
    ['idleAgents', 3.1, 0],
    ['idleNio', 0.2, 1],
    ['rollout', 300, 2],
    ['peakRss', 300, 3],
  ])('are missed where %s is %d', (name, value, goal) => {
    const missed = machinesGoals({ ...measured, [name]: value }).map(({ met }) => !met);
    expect(missed.indexOf(true)).toBe(goal);
  });
});
