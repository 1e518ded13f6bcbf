import { describe, expect, test } from 'vitest';
import { type Costed, smallest } from './conflict.ts';
import { app, conflicting, db, definition, postgres, resolveIn, shared } from './fixtures.ts';

describe('of several conflicts', () => {
  test('the one of fewest wishes is shown, then the one that is cheapest to mend', () => {
    const both = definition('both', {
      integrations: [
        { ...db(), name: 'a', compatible: [{ definition: 'unknown' }] },
        { ...db(), name: 'b' },
        { ...db(), name: 'c' },
      ],
    });
    const wanted = app('home/both', { integrations: [{ name: 'c', mode: 'Off' }] });
    const apps = [shared, app('home/pg', { definition: 'postgres' })];
    const conflict = conflicting(resolveIn(wanted, { catalogue: [both, postgres], apps }));
    expect(conflict.message).toContain('slot `b`');
    expect(conflict.wishes).toHaveLength(1);
  });
});

describe('the smallest', () => {
  const of = (cost: Costed['cost'], message: string, wishes: number): Costed => ({
    cost,
    conflict: { reason: 'R', message, fix: 'F.', wishes: Array.from({ length: wishes }, () => 'w') },
  });

  test.each([
    ['has the fewest wishes, whatever its fix costs', [of('edit', 'a', 2), of('migrate', 'b', 1)], 'b'],
    ['has the cheapest fix of those', [of('migrate', 'a', 1), of('edit', 'b', 1)], 'b'],
    ['comes first by its words of those', [of('edit', 'b', 1), of('edit', 'a', 1)], 'a'],
  ])('%s', (_, conflicts, message) => {
    const [first, ...others] = conflicts;
    expect(first && smallest([first, ...others]).message).toBe(message);
  });
});
