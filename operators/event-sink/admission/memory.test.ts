import { fakeClock } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { createMemory } from './memory.ts';

test('what is too old is forgotten, and what is told again is young', () => {
  const clock = fakeClock();
  const memory = createMemory<number>({ age: 1_000, most: 10 }, clock);
  memory.set('a', 1);
  memory.set('b', 2);
  clock.advance(600);
  memory.set('a', 3);
  clock.advance(600);
  expect([memory.get('a'), memory.get('b')]).toEqual([3, undefined]);
  memory.set('c', 4);
  expect(memory.size()).toBe(2);
});

test('of too many, the oldest goes first', () => {
  const memory = createMemory<number>({ age: 1_000, most: 2 }, fakeClock());
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) memory.set(key, index);
  expect(['a', 'b', 'c'].map(memory.get)).toEqual([2, undefined, 3]);
  expect(memory.size()).toBe(2);
});
