import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';

/** How long to wait for something, how often to look, and why it may be given up before. */
export interface Patience {
  readonly seconds: number;
  readonly everyMilliseconds?: number;
  /** A sentence when waiting has become pointless (the process died). */
  hopeless?(): Promise<string | undefined>;
}

/** Waits until `probe` says true. @throws Failure naming `what` when patience or hope has ended. */
export async function waitUntil(
  what: string,
  probe: () => Promise<boolean>,
  patience: Patience,
): Promise<void> {
  const deadline = performance.now() + patience.seconds * 1000;
  while (!(await probe())) {
    const reason = await patience.hopeless?.();
    if (reason) throw new Failure(reason);
    if (performance.now() > deadline)
      throw new Failure(`${what} did not happen within ${patience.seconds} s.`);
    await sleep(patience.everyMilliseconds ?? 200);
  }
}
