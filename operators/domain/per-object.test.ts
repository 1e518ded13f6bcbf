import { expect, test, vi } from 'vitest';
import { perObject } from './per-object.ts';

test('what was made of an object is made once, whatever it is', () => {
  const make = vi.fn(({ value }: { readonly value?: string }) => value);
  const made = perObject(make);
  const [a, b, like] = [{ value: 'a' }, {}, { value: 'a' }];
  expect([made(a), made(a), made(b), made(b), made(like)]).toEqual(['a', 'a', undefined, undefined, 'a']);
  expect(make).toHaveBeenCalledTimes(3);
});
