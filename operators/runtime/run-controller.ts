import type { Controller, Read } from './controller.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createPerformer, type Performer, type Shared } from './perform.ts';
import { createQueue, FRESH, LISTED, type Queue, type Taken } from './queue.ts';
import { cachesOf, createRead } from './read.ts';
import { type Kind, kindText } from './resource.ts';
import { createRetries } from './retries.ts';
import { wakeRules } from './wake.ts';
import type { Cache, Change } from './watch/cache.ts';
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
  const primary = informerFor(informers, kind).cache;
  const caches = new Map(Array.from(informers, ([text, { cache }]) => [text, cache]));
  const read = createRead(cachesOf(name, caches), shared.transport);
  const perform = createPerformer(controller, informers, read, shared, (key) => queue.add(key));
  primary.subscribe((change) => {
    if (perform.isNews(change)) queue.add(change.key, { priority: priorityOf(change) });
  });
  wakeByOthers(controller, informers, read, queue, shared.log);
  const worker = createWorker({ name, primary, queue, perform, metrics });

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
      for (const key of primary.keys()) queue.add(key, { priority: LISTED });
    },
  };
}

const priorityOf = ({ listed }: Change) => (listed ? LISTED : FRESH);

/** Queues what a change of a kind that the controller owns or watches wakes. */
function wakeByOthers(
  controller: Controller,
  informers: ReadonlyMap<string, Informer>,
  read: Read,
  queue: Queue,
  log: Logger,
): void {
  for (const { kind, keys } of wakeRules(controller, read)) {
    informerFor(informers, kind).cache.subscribe((change) => {
      try {
        for (const key of keys(change)) queue.add(key, { priority: priorityOf(change) });
      } catch (error) {
        // A mapping that fails must not take the watch, and so every other controller, with it.
        const watched = kindText(kind);
        log.error(
          { controller: controller.name, watched, object: change.key, error },
          'mapping an event failed',
        );
      }
    });
  }
}

/** What the workers of a controller share. */
interface Work {
  readonly name: string;
  /** The cache of the controller's own kind. */
  readonly primary: Cache;
  readonly queue: Queue;
  readonly perform: Performer;
  readonly metrics: Metrics;
}

/** A worker takes one key after another, until its signal is aborted. */
function createWorker({ name, primary, queue, perform, metrics }: Work) {
  const retries = createRetries();
  const handle = async ({ key, priority }: Taken, signal: AbortSignal) => {
    const object = primary.get(key);
    if (!object) {
      retries.forget(key);
      const { after, caughtUp } = await perform.gone(key, signal);
      if (after !== undefined) queue.add(key, { after, priority: LISTED });
      return { caughtUp };
    }
    const { end, caughtUp } = await perform.once(object, signal);
    const after = retries.after(key, end);
    if (after !== undefined) queue.add(key, { after, priority });
    // In an object: a promise that is returned would be waited for.
    return { caughtUp };
  };
  return async (signal: AbortSignal): Promise<void> => {
    // The queue may be open again for the next term by the time that a pass of this one ends.
    while (!signal.aborted) {
      const taken = await queue.take();
      if (!taken) return;
      metrics.activeWorkers(name, 1);
      const { caughtUp } = await handle(taken, signal).finally(() => metrics.activeWorkers(name, -1));
      // The key stays locked until the caches have what this pass wrote; the worker does not wait for that.
      if (caughtUp) void caughtUp.then(() => queue.done(taken.key));
      else queue.done(taken.key);
    }
  };
}

function informerFor(informers: ReadonlyMap<string, Informer>, kind: Kind): Informer {
  const informer = informers.get(kindText(kind));
  if (!informer) throw new Error(`there is no informer on ${kindText(kind)}`);
  return informer;
}
