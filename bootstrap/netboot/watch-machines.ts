import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import { bootTarget, type KnownMachine } from './machines.ts';
import type { BootTarget } from './script.ts';

/** Keeps in mind which machines have their system. */
export interface WatchedMachines {
  target(mac: string): BootTarget;
}

/**
 * Reads the machines of the home every few seconds until `signal`. While they can’t be read, what was read last holds: a
 * machine that has its system must not fall into the installer because a cluster restarts.
 * @throws what `read` throws the first time
 */
export async function watchMachines(
  read: () => Promise<readonly KnownMachine[]>,
  log: Log,
  signal: AbortSignal,
  everyMilliseconds = 5000,
): Promise<WatchedMachines> {
  let machines = await read();
  const watch = async () => {
    let reads = true;
    for (;;) {
      await sleep(everyMilliseconds, undefined, { signal });
      try {
        machines = await read();
        if (!reads) log('The machines of the home can be read again.');
        reads = true;
      } catch (error) {
        if (reads) log(`The machines of the home can’t be read now: ${String(error)}`);
        reads = false;
      }
    }
  };
  watch().catch((error: unknown) => {
    if (!signal.aborted) log(`The machines of the home are not read any more: ${String(error)}`);
  });
  return { target: (mac) => bootTarget(machines, mac) };
}
