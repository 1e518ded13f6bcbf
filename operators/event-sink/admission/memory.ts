import type { Clock } from '@hearth/runtime/clock';

/** Keeps what it is told for a while, and no more than a certain number: the oldest goes first. */
export interface Memory<T> {
  get(key: string): T | undefined;
  /** Keeps it from now on, in place of what was kept under the key. */
  set(key: string, value: T): void;
  size(): number;
}

/** How long, in milliseconds, and how many. */
export interface Bounds {
  readonly age: number;
  readonly most: number;
}

/** A memory within bounds, which costs a little at each call and nothing in between. */
export function createMemory<T>({ age, most }: Bounds, clock: Pick<Clock, 'monotonic'>): Memory<T> {
  /** In the order in which they were told. */
  const entries = new Map<string, { readonly value: T; readonly since: number }>();
  const isOver = (since: number) => clock.monotonic() - since >= age;

  function forget(): void {
    for (const [key, { since }] of entries) {
      if (entries.size <= most && !isOver(since)) return;
      entries.delete(key);
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      return entry === undefined || isOver(entry.since) ? undefined : entry.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, since: clock.monotonic() });
      forget();
    },
    size: () => entries.size,
  };
}
