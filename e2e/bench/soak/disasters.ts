import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** Something that befalls the whole home now and then. */
export interface Disaster {
  readonly name: string;
  /** Milliseconds from the end of one to the next, on average. */
  readonly every: number;
  /** Resolves when it is over. */
  strike(random: Random): Promise<void> | void;
}

/** Disasters under way. */
export interface Disasters {
  /** Begins no more of them; resolves when those that have begun are over. Rejects with what went wrong with them. */
  end(): Promise<void>;
}

/** Lets each disaster come again and again, whenever it likes, and not as the others do. */
export function startDisasters(all: readonly Disaster[], random: Random, tally: Tally): Disasters {
  const ending = new AbortController();
  const running = Promise.all(
    all.map((disaster) => repeat(disaster, random.fork(disaster.name), tally, ending.signal)),
  );
  running.catch(() => ending.abort());
  return {
    async end() {
      ending.abort();
      await running;
    },
  };
}

async function repeat(
  { name, every, strike }: Disaster,
  random: Random,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(random.wait(every), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    tally.count(name);
    await strike(random);
  }
}
