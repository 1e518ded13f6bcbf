import { GraphBusy, QueryTooLong } from '../graph.ts';
import { CallFailed, type StoreThread } from './thread.ts';

/** What a query may cost. */
export interface Limits {
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes by which the process may grow while it runs. */
  readonly memory: number;
}

/** How often is looked at how much the process has grown, in milliseconds. */
const interval = 50;

/** What is told to who asked, where a call fails for no reason of theirs. */
export const brokenOff = (error: unknown): unknown =>
  error instanceof CallFailed ? error : new GraphBusy('the graph broke off; it is built anew');

/**
 * Runs a query in a thread, and ends the thread where it comes to its limits: nothing less stops it.
 * @throws QueryTooLong where it came to them
 * @throws CallFailed where the store refused it
 * @throws GraphBusy where the thread ended for another reason
 */
export async function withinLimits<T>(
  thread: StoreThread,
  { timeout, memory }: Limits,
  run: () => Promise<T>,
): Promise<T> {
  const before = process.memoryUsage.rss();
  let reached: string | undefined;
  const stop = (why: string) => {
    reached ??= why;
    void thread.end();
  };
  const timer = setTimeout(() => stop(`did not end within ${timeout / 1000} s`), timeout);
  const gauge = setInterval(() => {
    if (process.memoryUsage.rss() - before > memory) stop('takes more memory than there is for it');
  }, interval);
  try {
    return await run();
  } catch (error) {
    if (reached !== undefined) throw new QueryTooLong(`the query ${reached}; ask for less at once`);
    throw brokenOff(error);
  } finally {
    clearTimeout(timer);
    clearInterval(gauge);
  }
}
