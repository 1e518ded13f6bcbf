/** What a heap holds. It knows its place, so that it can be taken out of the middle; it is in one heap at a time. */
export interface Placed {
  /** Kept by the heap; {@link NOWHERE} to begin with. */
  place: number;
}

/** The place of what is in no heap. */
export const NOWHERE = -1;

/** A binary heap: the item that comes before all others is at the top. */
export interface Heap<T extends Placed> {
  readonly size: number;
  peek(): T | undefined;
  push(item: T): void;
  /** Takes an item out, wherever it stands; one that is not in this heap is left alone. */
  remove(item: T): void;
}

/** An empty heap in the order that `before` says. What the order depends on must not change while an item is in it. */
export function createHeap<T extends Placed>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];

  const put = (item: T, at: number) => {
    items[at] = item;
    item.place = at;
  };
  const rise = (item: T, from: number) => {
    let at = from;
    for (let parent = items[(at - 1) >> 1]; at > 0 && parent && before(item, parent); ) {
      put(parent, at);
      at = (at - 1) >> 1;
      parent = items[(at - 1) >> 1];
    }
    put(item, at);
  };
  const sink = (item: T, from: number) => {
    for (let at = from; ; ) {
      let below = 2 * at + 1;
      let child = items[below];
      const right = items[below + 1];
      if (child && right && before(right, child)) {
        child = right;
        below++;
      }
      if (!child || !before(child, item)) return put(item, at);
      put(child, at);
      at = below;
    }
  };

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push: (item) => rise(item, items.length),
    remove(item) {
      const { place } = item;
      if (items[place] !== item) return;
      item.place = NOWHERE;
      const last = items.pop();
      if (last === undefined || last === item) return;
      rise(last, place);
      if (last.place === place) sink(last, place);
    },
  };
}
