import { expect, test } from 'vitest';
import { renewalOf } from './room.ts';

const limits = { rebuildAfter: 50_000, most: 1_000_000 };

test.each([
  ['nothing went', { live: 100_000, copied: 0, gone: 0 }, 'not yet'],
  ['little went', { live: 50_000, copied: 0, gone: 49_999 }, 'not yet'],
  ['enough went of little', { live: 50_000, copied: 0, gone: 50_000 }, 'beside'],
  ['less than half went of much', { live: 300_000, copied: 0, gone: 149_000 }, 'not yet'],
  ['half went of much', { live: 300_000, copied: 0, gone: 150_000 }, 'beside'],
  ['there is just room for two', { live: 400_000, copied: 0, gone: 200_000 }, 'beside'],
  ['there is no room for two, yet some for one', { live: 500_000, copied: 0, gone: 300_000 }, 'not yet'],
  ['there is no room left', { live: 500_000, copied: 0, gone: 500_000 }, 'instead'],
  ['more went than there is room for two', { live: 300_000, copied: 0, gone: 450_000 }, 'not yet'],
  ['copies take the room for two', { live: 300_000, copied: 300_000, gone: 150_000 }, 'not yet'],
  ['copies take all the room, but nothing went', { live: 500_000, copied: 500_000, gone: 0 }, 'not yet'],
  ['copies take the room that is left', { live: 500_000, copied: 300_000, gone: 200_000 }, 'instead'],
  ['there was never room, but little went', { live: 2_000_000, copied: 0, gone: 499_999 }, 'not yet'],
  ['there was never room', { live: 2_000_000, copied: 0, gone: 500_000 }, 'instead'],
])('when %s', (_, room, expected) => {
  expect(renewalOf(room, limits)).toBe(expected);
});
