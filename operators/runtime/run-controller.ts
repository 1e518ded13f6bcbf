import type { Controller } from './controller.ts';
import { createPerformer, type Shared } from './perform.ts';
import { createQueue, FRESH, LISTED, type Taken } from './queue.ts';
import { cachesOf, createRead } from './read.ts';
import { type Kind, kindText } from './resource.ts';
import { createRetries } from './retries.ts';
import { wakeRules } from './wake.ts';
import type { Change } from './watch/cache.ts';
import type { Informer } from './watch/informer.ts';

/** A controller at work. */
export interface RunningController {
  readonly name: string;
  /** Reconciles until the signal is aborted; resolves when the last pass has ended. */
  work(signal: AbortSignal): Promise<void>;
  /** Takes no more work; passes under way go on. */
  drain(): void;
  /** Queues every object, behind what is more urgent. */
  wakeAll(): void;
}

const WORKERS = 4;

/** Wires a controller to its informers (by kind). Its queue fills from now on; nothing is reconciled until `work`. */
export function createRunningController(
  controller: Controller,
  informers: ReadonlyMap<string, Informer>,
  shared: Shared,
): RunningController {
  const { name, kind, workers = WORKERS } = controller;
  const { clock, metrics } = shared;
  const queue = createQueue(clock, metrics.queueObserver(name));
  metrics.watchQueue(name, queue);
  metrics.controller(name, workers);
  const retries = createRetries();
  const primary = informerFor(informers, kind);
  const caches = new Map(Array.from(informers, ([text, { cache }]) => [text, cache]));
  const read = createRead(cachesOf(name, caches), shared.transport);
  const perform = createPerformer(controller, informers, read, shared, (key) => queue.add(key));

  const wake = (key: string, { listed }: Pick<Change, 'listed'>) =>
    queue.add(key, { priority: listed ? LISTED : FRESH });
  primary.cache.subscribe((change) => {
    if (perform.isNews(change)) wake(change.key, change);
  });
  for (const rule of wakeRules(controller, read)) {
    informerFor(informers, rule.kind).cache.subscribe((change) => {
      try {
        for (const key of rule.keys(change)) wake(key, change);
      } catch (error) {
        // A mapping that fails must not take the watch, and so every other controller, with it.
        shared.log.error(
          { controller: name, watched: kindText(rule.kind), object: change.key, error },
          'mapping an event failed',
        );
      }
    });
  }

  const handle = async (taken: Taken, signal: AbortSignal) => {
    const object = primary.cache.get(taken.key);
    if (!object) {
      retries.forget(taken.key);
      return { caughtUp: undefined };
    }
    const { end, caughtUp } = await perform.once(object, signal);
    const after = retries.after(taken.key, end);
    if (after !== undefined) queue.add(taken.key, { after, priority: taken.priority });
    return { caughtUp };
  };

  const worker = async (signal: AbortSignal) => {
    // The queue may be open again for the next term by the time that a pass of this one ends.
    while (!signal.aborted) {
      const taken = await queue.take();
      if (!taken) return;
      const { key } = taken;
      metrics.activeWorkers(name, 1);
      // The key stays locked until the caches have what this pass wrote; the worker does not wait for that.
      const { caughtUp } = await handle(taken, signal).finally(() => metrics.activeWorkers(name, -1));
      if (caughtUp) void caughtUp.then(() => queue.done(key));
      else queue.done(key);
    }
  };

  return {
    name,
    async work(signal) {
      queue.open();
      const close = () => queue.close();
      if (signal.aborted) close();
      signal.addEventListener('abort', close, { once: true });
      await Promise.all(Array.from({ length: workers }, () => worker(signal)));
      signal.removeEventListener('abort', close);
    },
    drain: () => queue.close(),
    wakeAll() {
      for (const key of primary.cache.keys()) queue.add(key, { priority: LISTED });
    },
  };
}

function informerFor(informers: ReadonlyMap<string, Informer>, kind: Kind): Informer {
  const informer = informers.get(kindText(kind));
  if (!informer) throw new Error(`there is no informer on ${kindText(kind)}`);
  return informer;
}
