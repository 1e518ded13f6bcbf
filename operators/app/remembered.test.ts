import { expect, it, vi } from 'vitest';
import { remembered } from './remembered.ts';

it('makes its result anew only when a list holds other objects', () => {
  const make = vi.fn((list: readonly object[]) => list.length);
  const length = remembered(make);
  const [a, b] = [{}, {}];
  expect([length([a, b]), length([a, b]), length([b, a]), length([b])]).toEqual([2, 2, 2, 1]);
  expect(make).toHaveBeenCalledTimes(3);
});
