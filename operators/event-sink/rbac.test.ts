import { expect, test } from 'vitest';
import { rules } from './rbac.ts';

test('the sink may read no Secret, and change nothing of what it records', () => {
  for (const rule of rules) {
    const { apiGroups, resources, verbs } = rule;
    expect(resources).not.toContain('secrets');
    expect([...apiGroups, ...resources, ...verbs]).not.toContain('*');
    // In its own namespace, the checkpoint.
    if ('namespace' in rule) continue;
    const isReview = resources.every((resource) => resource.endsWith('reviews'));
    expect(verbs).toEqual(isReview ? ['create'] : ['get', 'list', 'watch']);
  }
});
