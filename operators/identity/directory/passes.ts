import type { Clock } from '@hearth/runtime/clock';

/** Something that is done again and again, one at a time. */
export interface Passes {
  /**
   * There is something to do: now, or right after the pass that is under way. Resolves when a pass that began after this
   * has ended; never rejects.
   */
  wake(): Promise<void>;
  /** No pass begins any more; resolves when the last one has ended. */
  stop(): Promise<void>;
}

/** Starts it. Each pass says after how many milliseconds the next one is due; none rejects. */
export function startPasses(clock: Clock, pass: () => Promise<number>): Passes {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let stopped = false;
  let cancel = () => {};

  async function run(): Promise<void> {
    const delay = await pass();
    running = undefined;
    if (!stopped && next === undefined) cancel = clock.after(delay, wake);
  }

  async function wake(): Promise<void> {
    if (running !== undefined) {
      // What is under way may have looked before there was something to do.
      next ??= running.then(() => {
        next = undefined;
        return wake();
      });
      return next;
    }
    if (stopped) return;
    cancel();
    running = run();
    return running;
  }

  void wake();
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
