import type { SinkEvent } from '@hearth/domain';
import type { Logger } from '@hearth/runtime/log';
import type { Origin } from '../origin.ts';
import type { Line } from './line.ts';
import { catchUp, type Replica } from './replica.ts';
import type { Replicas } from './replicas.ts';

/** What keeps a graph where the log is, and gives those in line their turns. */
export interface Follower {
  /** Resolves when the replica in use has the events. */
  apply(events: readonly SinkEvent[]): Promise<void>;
  /** Somebody joined the line. */
  wake(): void;
  close(reason: Error): Promise<void>;
}

interface Waiting {
  readonly events: readonly SinkEvent[];
  readonly done: PromiseWithResolvers<void>;
}

/** Does one thing after the other: events first, then one turn. What breaks a replica costs it, and nothing else. */
export function followLog(
  origin: Origin & { readonly log: Logger },
  replicas: Replicas,
  line: Line<Replica>,
): Follower {
  const stopped = new AbortController();
  const waiting: Waiting[] = [];
  let bell = Promise.withResolvers<void>();
  const wake = () => bell.resolve();

  const takeIn = async (replica: Replica) => {
    const taken = [...waiting];
    if (taken.length === 0) return;
    const events = taken.flatMap((one) => one.events);
    // Whoever left some out is forgiven: the log has them.
    await catchUp(replica, (events[0]?.seq ?? 0) - 1, origin);
    await replica.apply(events);
    waiting.splice(0, taken.length);
    for (const { done } of taken) done.resolve();
  };

  const step = async (replica: Replica) => {
    try {
      await takeIn(replica);
      await line.next()?.run(replica);
      await replicas.swap();
      await replicas.renew(wake);
    } catch (error) {
      origin.log.warn({ err: error }, 'the graph’s thread is gone; another is built from the log');
      await replicas.lose();
    }
  };

  const follow = async () => {
    for (;;) {
      const replica = await replicas.current(stopped.signal);
      if (replica === undefined || stopped.signal.aborted) return;
      bell = Promise.withResolvers();
      await step(replica);
      if (waiting.length === 0 && line.isEmpty() && !stopped.signal.aborted) await bell.promise;
    }
  };
  const following = follow();

  return {
    wake,
    apply(events) {
      const done = Promise.withResolvers<void>();
      if (stopped.signal.aborted) done.reject(stopped.signal.reason);
      else if (events.length === 0) done.resolve();
      else waiting.push({ events, done });
      wake();
      return done.promise;
    },
    async close(reason) {
      stopped.abort(reason);
      for (const { done } of waiting) done.reject(reason);
      wake();
      await replicas.close();
      await following;
    },
  };
}
