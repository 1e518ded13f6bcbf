import { backoffDelay } from '@hearth/runtime/backoff';
import { pause, systemClock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Origin } from '../origin.ts';
import { buildReplica, catchUp, type Replica } from './replica.ts';
import { type RoomLimits, renewalOf } from './room.ts';
import { type StoreThread, startThread } from './thread.ts';

/** How replicas are made and when they are made anew. */
export interface ReplicaOptions extends Origin, RoomLimits {
  readonly log: Logger;
}

/** The replica that is in use, and the one that takes its place. */
export interface Replicas {
  /** The one in use; builds it if there is none, and tries until that is done or the signal is aborted. */
  current(signal: AbortSignal): Promise<Replica | undefined>;
  /** The last event of the one in use. */
  seq(): number;
  /**
   * Sees to it that what went from the one in use does not take all the room: has another one built beside it, and calls
   * back when that is ready; or ends it, if there is no room for two, so that the next is built when it is asked for.
   */
  renew(onReady: () => void): Promise<void>;
  /** Puts the one that is ready, if there is one, in the place of the one in use. */
  swap(): Promise<void>;
  /** The one in use broke: the next is built from the log. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

const retry = { first: 500, longest: 60_000 };

/** None is there before it is asked for. */
export function createReplicas(options: ReplicaOptions): Replicas {
  const { log, rebuildAfter } = options;
  const builder = createBuilder(options);
  let used: Replica | undefined;
  let ready: Replica | undefined;
  let building = false;
  /** How many statements must have gone before another one is tried. */
  let notBefore = 0;
  let seq = 0;

  const use = (replica: Replica | undefined) => {
    seq = used?.seq() ?? seq;
    used = replica;
    notBefore = 0;
  };

  const lose = async () => {
    const lost = used;
    use(undefined);
    if (lost !== undefined) await builder.end(lost.thread);
  };

  const buildBeside = async (inUse: Replica, onReady: () => void) => {
    building = true;
    ready = await builder.build();
    building = false;
    if (ready === undefined) notBefore = inUse.room().gone + rebuildAfter;
    onReady();
  };

  return {
    async current(signal) {
      for (let failures = 1; used === undefined && !signal.aborted; failures += 1) {
        use(await builder.build());
        if (used === undefined) await pause(systemClock, backoffDelay(failures, retry), signal);
      }
      return used;
    },
    seq: () => used?.seq() ?? seq,
    async renew(onReady) {
      if (used === undefined || building || ready !== undefined || used.room().gone < notBefore) return;
      const renewal = renewalOf(used.room(), options);
      if (renewal === 'beside') void buildBeside(used, onReady);
      if (renewal !== 'instead') return;
      log.info(used.room(), 'the graph is built anew, and there is no room for two; who asks waits');
      await lose();
    },
    async swap() {
      if (ready === undefined || used === undefined) return;
      const [old, next] = [used, ready];
      ready = undefined;
      try {
        await catchUp(next, old.seq(), options);
      } catch (error) {
        log.warn({ err: error }, 'the graph that was built anew broke; the old one stays in use');
        notBefore = old.room().gone + rebuildAfter;
        await builder.end(next.thread);
        return;
      }
      use(next);
      log.info({ seq: next.seq() }, 'the graph that was built anew is in use');
      await builder.end(old.thread);
    },
    lose,
    close: builder.close,
  };
}

interface Builder {
  /** A replica of the log's head; undefined where that failed, for a reason that it logs. Never rejects. */
  build(): Promise<Replica | undefined>;
  end(thread: StoreThread): Promise<void>;
  /** Ends all threads, those too that are being filled. */
  close(): Promise<void>;
}

function createBuilder(options: ReplicaOptions): Builder {
  const { log, iris, keep } = options;
  const threads = new Set<StoreThread>();
  let closed = false;

  const end = async (thread: StoreThread) => {
    threads.delete(thread);
    await thread.end();
  };

  return {
    async build() {
      const started = performance.now();
      const thread = startThread({ base: iris.base, activities: iris.event(0).slice(0, -1), keep });
      threads.add(thread);
      try {
        const built = await buildReplica(thread, options);
        const ms = Math.round(performance.now() - started);
        log.info({ seq: built.seq(), ms }, 'built the graph from the log');
        return built;
      } catch (error) {
        if (!closed) log.warn({ err: error }, 'could not build the graph from the log');
        await end(thread);
        return undefined;
      }
    },
    end,
    async close() {
      closed = true;
      await Promise.all([...threads].map(end));
    },
  };
}
