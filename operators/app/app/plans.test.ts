import { Plan, type PlanSpec } from '@hearth/domain';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { deletedByName } from '../testing/deletions.ts';
import { appOf } from '../testing/fixtures.ts';
import { keepPlan } from './plans.ts';

const plan = (hash: string): PlanSpec => ({ app: 'x', hash, levels: [] });

it('keeps the plan of now and the newest others, five in all', async () => {
  const context = fakeContext();
  const byName = deletedByName(context);
  const app = appOf('x');
  for (const hash of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'a']) await keepPlan(app, plan(hash), context);
  const names = context.read.list(Plan).map(({ metadata }) => metadata.name);
  expect(names).toHaveLength(5);
  expect(names).toContain('x-a');
  expect(byName).toEqual([]);
});
