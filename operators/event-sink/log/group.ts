import type { Clock } from '@hearth/runtime';

/** Takes items in and commits those together that came within a few milliseconds of each other. */
export interface Group<Item, Result> {
  /** Resolves with what became of it once it is committed; rejects with the error of its commit. */
  add(item: Item): Promise<Result>;
  /** Commits what waits. */
  flush(): void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Groups items. Between two commits lie at least `window` milliseconds, so that who is alone waits for nobody, and many
 * share the sync that takes most of the time. A commit takes everything that waits: where it fails, nothing that came
 * later can happen in place of what came before.
 * @param commit gives a result for each item, in their order, or throws where none of them happened.
 */
export function createGroup<Item, Result>(
  clock: Clock,
  window: number,
  commit: (items: readonly Item[]) => readonly Result[],
): Group<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let free = 0;

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      const results = commit(group.map(({ item }) => item));
      for (const [index, result] of results.entries()) group[index]?.settle(result);
    } catch (error) {
      for (const { fail } of group) fail(error);
    }
    free = clock.monotonic() + window;
  }

  return {
    add: (item) =>
      new Promise((settle, fail) => {
        if (waiting.length === 0) clock.after(free - clock.monotonic(), flush);
        waiting.push({ item, settle, fail });
      }),
    flush,
  };
}
