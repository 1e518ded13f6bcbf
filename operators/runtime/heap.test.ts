import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap, NOWHERE, type Placed } from './heap.ts';

interface Item extends Placed {
  readonly value: number;
}

/** Takes the items out from the top, one after another. */
function drain(heap: ReturnType<typeof createHeap<Item>>): number[] {
  const out: number[] = [];
  for (let top = heap.peek(); top; top = heap.peek()) {
    out.push(top.value);
    heap.remove(top);
  }
  return out;
}

const start = () => createHeap<Item>((a, b) => a.value < b.value);
const itemOf = (value: number): Item => ({ value, place: NOWHERE });
const sorted = (items: readonly Item[]) => items.map(({ value }) => value).sort((a, b) => a - b);

test('a heap gives back what it was given, in order, but for what was taken out of its middle', () => {
  const item = fc.record({ value: fc.integer({ min: -20, max: 20 }), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(item), (drawn) => {
      const heap = start();
      const items = drawn.map((one) => ({ ...one, place: NOWHERE }));
      for (const one of items) heap.push(one);
      for (const one of items) if (one.leaves) heap.remove(one);
      const rest = items.filter(({ leaves }) => !leaves);
      expect(heap.size).toBe(rest.length);
      expect(drain(heap)).toEqual(sorted(rest));
      expect(heap.size).toBe(0);
    }),
  );
});

test('a heap leaves alone what it does not hold', () => {
  const heap = start();
  const other = start();
  const [here, there] = [itemOf(1), itemOf(2)];
  heap.push(here);
  other.push(there);
  heap.remove(there);
  heap.remove(itemOf(1));
  expect([drain(heap), drain(other)]).toEqual([[1], [2]]);
  heap.remove(here);
  expect(heap.size).toBe(0);
});
