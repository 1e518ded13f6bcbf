import { describe, expect, it } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { approval } from './approval.ts';

describe('approval', () => {
  const plan = { name: 'x-0123456789', hash: '0123456789' };
  const asked = (approvedPlan: string) => approval(appOf('x', { approval: 'Manual', approvedPlan }), plan);

  it('is not waited for where nobody asks for it', () => {
    expect(approval(appOf('x'), plan)).toBeUndefined();
  });

  it.each([plan.name, plan.hash])('is given by %s', (approved) => {
    expect(asked(approved)).toBeUndefined();
  });

  it.each([
    ['', 'AwaitingApproval'],
    ['9876543210', 'PlanStale'],
  ])('is not given by "%s"', (approved, reason) => {
    const held = asked(approved);
    expect(held?.reason).toBe(reason);
    expect(held?.message).toContain(`set spec.approvedPlan to ${plan.hash}`);
  });
});
