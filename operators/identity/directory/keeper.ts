import { backoffDelay } from '@hearth/runtime/backoff';
import { safeMessage } from '@hearth/runtime/log';
import type { Identity } from '../identity.ts';
import { bringInStep, isInStep, type Mirror, type Wish } from './bring.ts';
import type { Connection } from './connection.ts';
import { wantedContent } from './entries.ts';
import { startPasses } from './passes.ts';

/** Keeps a directory in step, in the background: whatever becomes of it, people sign in. */
export interface DirectoryKeeper {
  stop(): Promise<void>;
}

const MINUTE = 60_000;
/** How often everything is compared, whatever has changed. */
const COMPARE_EVERY = 10 * MINUTE;
const RETRY = { first: 1000, longest: 5 * MINUTE };

type Parts = Pick<Identity, 'store' | 'keys' | 'clock' | 'log' | 'metrics'>;

/**
 * Starts keeping one. Everything is compared at the start, every ten minutes and after any failure; in between, a change
 * is held against what the directory was last brought to, and only the difference is sent.
 */
export function keepDirectory(
  parts: Parts,
  connect: (signal: AbortSignal) => Promise<Connection>,
): DirectoryKeeper {
  const { store, clock, log, metrics } = parts;
  const ending = new AbortController();
  let mirror: Mirror | undefined;
  let compared = Number.NEGATIVE_INFINITY;
  let failures = 0;

  async function pass(): Promise<void> {
    if (clock.monotonic() - compared >= COMPARE_EVERY) mirror = undefined;
    const [before, wish] = [mirror, await wishOf(parts)];
    if (before !== undefined && isInStep(before, wish)) return;
    // Until all is done it is not known what it holds.
    mirror = undefined;
    const connection = await connect(ending.signal);
    try {
      mirror = await bringInStep(connection, before, wish, log);
    } finally {
      await connection.close();
    }
    if (before === undefined) compared = clock.monotonic();
  }

  const passes = startPasses(clock, async () => {
    try {
      await pass();
      failures = 0;
      metrics.directory('in-step');
      return compared + COMPARE_EVERY - clock.monotonic();
    } catch (error) {
      if (ending.signal.aborted) return 0;
      failures += 1;
      metrics.directory('failed');
      log.warn({ error: safeMessage(error), failures }, 'the directory could not be brought in step');
      return backoffDelay(failures, RETRY);
    }
  });
  const unsubscribe = store.onChange(async ({ what }) => {
    if (what === 'accounts' || what === 'app-passwords' || what === 'everything') passes.wake();
  });
  return {
    stop() {
      unsubscribe();
      ending.abort();
      return passes.stop();
    },
  };
}

/** From the store itself, not from memory, which may be about to hear of the same change. */
async function wishOf({ store, keys }: Parts): Promise<Wish> {
  const mark = `Kept by Hearth ${keys.mac('directory', 'mark').slice(0, 16)}`;
  const [accounts, passwords] = [await store.accounts.all(), await store.appPasswords.all()];
  return { mark, wantedIn: (tree) => wantedContent(accounts, passwords, tree, mark) };
}
