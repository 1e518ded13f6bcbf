import { expect, it } from 'vitest';
import { createRecent } from './recent.ts';

it('remembers the last ones, as many as it may', () => {
  const recent = createRecent(2);
  for (const text of ['a', 'b', 'c']) recent.add(text);
  expect(['a', 'b', 'c'].map(recent.has)).toEqual([false, true, true]);
});
