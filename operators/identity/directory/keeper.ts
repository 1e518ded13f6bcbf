import type { AccountsReport } from '@hearth/domain/identity-api';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import { safeMessage } from '@hearth/runtime/log';
import type { Identity } from '../identity.ts';
import { bringInStep, isInStep, type Mirror, type Wish } from './bring.ts';
import type { Connection } from './connection.ts';
import { wantedContent } from './entries.ts';
import { startPasses } from './passes.ts';

/** Whether a directory knows all that identity does. */
type Standing = NonNullable<AccountsReport['directory']>;

/** Keeps a directory in step, in the background: whatever becomes of it, people sign in. */
export interface DirectoryKeeper {
  /**
   * Tries at once, however long ago it last failed, and says what came of it: whether the directory knows all that was in
   * the store when this was called. One that takes longer than two seconds is behind.
   */
  catchUp(): Promise<Standing>;
  stop(): Promise<void>;
}

const MINUTE = 60_000;
/** How often everything is compared, whatever has changed. */
const COMPARE_EVERY = 10 * MINUTE;
/** People who were taken out get in by LDAP until a try succeeds: none is far away. */
const RETRY = { first: 1000, longest: 20_000 };
/** How long whoever asks whether it is in step waits for it. */
const MOMENT = 2000;

type Parts = Pick<Identity, 'store' | 'keys' | 'clock' | 'log' | 'metrics'>;
type Connect = (signal: AbortSignal) => Promise<Connection>;

/** Starts keeping one, until it is stopped. */
export function keepDirectory(parts: Parts, connect: Connect): DirectoryKeeper {
  const { store, clock, log, metrics } = parts;
  const ending = new AbortController();
  const comparison = createComparison(parts, () => connect(ending.signal));
  let standing: Standing = 'behind';
  let failures = 0;

  const passes = startPasses(clock, async () => {
    try {
      await comparison.bring();
      standing = 'in-step';
      failures = 0;
      metrics.directory('in-step');
      return comparison.due();
    } catch (error) {
      standing = 'behind';
      if (ending.signal.aborted) return 0;
      failures += 1;
      metrics.directory('failed');
      log.warn({ error: safeMessage(error), failures }, 'the directory could not be brought in step');
      return backoffDelay(failures, RETRY);
    }
  });
  const unsubscribe = store.onChange(async ({ what }) => {
    if (what === 'accounts' || what === 'app-passwords' || what === 'everything') void passes.wake();
  });
  return {
    catchUp: async () => ((await isDoneWithin(clock, MOMENT, passes.wake())) ? standing : 'behind'),
    stop() {
      unsubscribe();
      ending.abort();
      return passes.stop();
    },
  };
}

/** What a directory was last brought to, and bringing it further. */
interface Comparison {
  /** Brings it in step with the store. @throws where it is not, since. */
  bring(): Promise<void>;
  /** In how many milliseconds everything is to be compared again. */
  due(): number;
}

/**
 * Everything is compared at the start, every ten minutes and after any failure; in between, a change is held against what
 * the directory was last brought to, and only the difference is sent.
 */
function createComparison(parts: Parts, connect: () => Promise<Connection>): Comparison {
  const { clock, log } = parts;
  let mirror: Mirror | undefined;
  let compared = Number.NEGATIVE_INFINITY;
  const due = () => compared + COMPARE_EVERY - clock.monotonic();
  return {
    due,
    async bring() {
      if (due() <= 0) mirror = undefined;
      const [before, wish] = [mirror, await wishOf(parts)];
      if (before !== undefined && isInStep(before, wish)) return;
      // Until all is done it is not known what it holds.
      mirror = undefined;
      const connection = await connect();
      try {
        mirror = await bringInStep(connection, before, wish, log);
      } finally {
        await connection.close();
      }
      if (before === undefined) compared = clock.monotonic();
    },
  };
}

/** From the store itself, not from memory, which may be about to hear of the same change. */
async function wishOf({ store, keys }: Parts): Promise<Wish> {
  const mark = `Kept by Hearth ${keys.mac('directory', 'mark').slice(0, 16)}`;
  const [accounts, passwords] = [await store.accounts.all(), await store.appPasswords.all()];
  return { mark, wantedIn: (tree) => wantedContent(accounts, passwords, tree, mark) };
}

/** Whether something is done within so many milliseconds; it goes on in any case. */
async function isDoneWithin(clock: Clock, milliseconds: number, work: Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  const isDone = work.then(() => true);
  const isLate = pause(clock, milliseconds, waiting.signal).then(() => false);
  try {
    return await Promise.race([isDone, isLate]);
  } finally {
    waiting.abort();
  }
}
