import type { Clock } from '@hearth/runtime';

/** Takes items in and commits those together that came within a few milliseconds of each other. */
export interface Group<Item, Result> {
  /** Resolves with what became of it once it is committed; rejects with the error of its commit. */
  add(item: Item): Promise<Result>;
  /** Commits what waits. */
  flush(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Groups items. After a commit at least `window` milliseconds go by before the next one for those who come then, so that
 * who is alone waits for nobody, and many share the sync that takes most of the time; who comes while a commit goes on is
 * in the next one, right after it. Where a commit fails, so does all that was added before that was known: nothing that
 * came later can happen in place of what came before.
 * @param commit gives a result for each item, in their order, or rejects where none of them happened.
 */
export function createGroup<Item, Result>(
  clock: Clock,
  window: number,
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
): Group<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = Promise.resolve();
  let free = 0;

  function takeWaiting(): readonly Waiting<Item, Result>[] {
    const taken = waiting;
    waiting = [];
    return taken;
  }

  async function commitWaiting(): Promise<void> {
    const group = takeWaiting();
    if (group.length === 0) return;
    try {
      const results = await commit(group.map(({ item }) => item));
      for (const [index, result] of results.entries()) group[index]?.settle(result);
    } catch (error) {
      for (const { fail } of [...group, ...takeWaiting()]) fail(error);
    }
    free = clock.monotonic() + window;
  }

  function flush(): Promise<void> {
    running = running.then(commitWaiting);
    return running;
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
