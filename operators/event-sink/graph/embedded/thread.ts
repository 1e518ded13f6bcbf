import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Calls, Reply, Request, WorkerData } from './protocol.ts';

/** The thread went: it was ended, or it broke. What was in its store has to be built again. */
class ThreadGone extends Error {
  override name = 'ThreadGone';
}

/** The store did not do what it was asked; it is as it was before. */
export class CallFailed extends Error {
  override name = 'CallFailed';
}

/** A thread with a store of its own. It does one call after the other. */
export interface StoreThread {
  /**
   * @param request one at a time: the next only after this one was answered
   * @throws CallFailed where the store refuses it
   * @throws ThreadGone where the thread ends before it answers
   */
  call<Name extends keyof Calls>(
    name: Name,
    argument: Calls[Name]['argument'],
  ): Promise<Calls[Name]['result']>;
  /** Ends the thread, whatever it is doing. */
  end(): Promise<void>;
}

/**
 * What the thread has beside the store, which is not in this: the text that goes in and out. Without a limit, the
 * collector lets the young part grow to many times that.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** Starts a thread with an empty store. */
export function startThread(options: WorkerData): StoreThread {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, resourceLimits });
  const gone = new AbortController();
  worker.once('error', (error) => gone.abort(error));
  worker.once('exit', () => gone.abort());

  return {
    async call(call, argument) {
      if (gone.signal.aborted) throw new ThreadGone('the graph’s thread has ended');
      const answered = once(worker, 'message', { signal: gone.signal });
      worker.postMessage({ call, argument } as Request);
      const [reply] = (await answered.catch((error: unknown) => {
        throw new ThreadGone('the graph’s thread ended before it answered', { cause: error });
      })) as [Reply];
      if ('failure' in reply) throw new CallFailed(reply.failure);
      return reply.result as Calls[typeof call]['result'];
    },
    async end() {
      await worker.terminate();
    },
  };
}
