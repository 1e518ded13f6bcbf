import { describe, expect, test } from 'vitest';
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
