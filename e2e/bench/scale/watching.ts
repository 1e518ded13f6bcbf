import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '@hearth/domain';
import { systemClock, type Transport } from '@hearth/runtime';
import { createInformer } from '../../../operators/runtime/watch/informer.ts';
import { isReady } from '../ready.ts';

/** Sees Apps get somewhere, as anybody would: by a watch of its own. */
interface Watching {
  /** When each App of the home was first seen to be so (`performance.now()`), by its name. */
  readonly seen: ReadonlyMap<string, number>;
  /** Resolves when so many have been. @throws when for five minutes no other was. */
  until(count: number): Promise<void>;
}

/** The longest that nothing may happen, in milliseconds. */
const PATIENCE = 300_000;

/** The Apps of a home, watched. */
export interface WatchedApps {
  /** Sees which of them are so, from now on. */
  watch(isSo: (app: App) => boolean): Watching;
  stop(): Promise<void>;
}

/** Starts to watch all Apps; resolves when it knows them. */
export async function watchApps(transport: Transport): Promise<WatchedApps> {
  const stopping = new AbortController();
  const options = { transport, clock: systemClock, managers: new Set<string>(), onError: () => undefined };
  const informer = createInformer({ kind: App }, options);
  const running = informer.run(stopping.signal);
  await informer.synced;
  return {
    watch(isSo) {
      const seen = new Map<string, number>();
      const see = (app: App) => {
        const { namespace, name } = app.metadata;
        if (namespace === 'home' && !seen.has(name) && isSo(app)) seen.set(name, performance.now());
      };
      for (const app of informer.cache.list({})) see(app as App);
      informer.cache.subscribe(({ object }) => see(object as App));
      return { seen, until: (count) => untilSeen(seen, count) };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function untilSeen(seen: ReadonlyMap<string, number>, count: number): Promise<void> {
  let [known, since] = [seen.size, performance.now()];
  while (seen.size < count) {
    if (seen.size > known) [known, since] = [seen.size, performance.now()];
    if (performance.now() - since > PATIENCE) throw new Error(`only ${seen.size} of ${count} Apps got there`);
    await sleep(20);
  }
}

/** Whether an App is Ready, with its route. */
export const isRewired = (app: App): boolean =>
  isReady(app) &&
  app.status?.url !== undefined &&
  (app.status.bindings?.some(({ kind, state }) => kind === 'Route' && state === 'Bound') ?? false);
