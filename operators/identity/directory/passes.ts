import type { Clock } from '@hearth/runtime/clock';

/** Something that is done again and again, one at a time. */
export interface Passes {
  /** There is something to do: now, or right after the pass that is under way. */
  wake(): void;
  /** No pass begins any more; resolves when the last one has ended. */
  stop(): Promise<void>;
}

/** Starts it. Each pass says after how many milliseconds the next one is due; none rejects. */
export function startPasses(clock: Clock, pass: () => Promise<number>): Passes {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let cancel = () => {};

  async function run(): Promise<void> {
    const delay = await pass();
    running = undefined;
    if (stopped) return;
    cancel = clock.after(again ? 0 : delay, wake);
    again = false;
  }

  function wake(): void {
    if (stopped) return;
    again = running !== undefined;
    if (again) return;
    cancel();
    running = run();
  }

  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
