/** A binary heap: the item that comes before all others is at the top. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
}

/** An empty heap in the order that `before` says. */
export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];

  const swapIfBefore = (low: number, high: number): boolean => {
    const a = items[low];
    const b = items[high];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    items[low] = b;
    items[high] = a;
    return true;
  };

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      let at = items.push(item) - 1;
      while (at > 0 && swapIfBefore(at, (at - 1) >> 1)) at = (at - 1) >> 1;
    },
    pop() {
      const top = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return top;
      items[0] = last;
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const right = left + 1;
        const [l, r] = [items[left], items[right]];
        const child = l !== undefined && r !== undefined && before(r, l) ? right : left;
        if (!swapIfBefore(child, at)) return top;
        at = child;
      }
    },
  };
}
