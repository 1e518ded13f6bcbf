import type { SinkEvent } from '@hearth/domain';
import type { EventLog } from '../../log/event-log.ts';
import type { Iris } from '../../vocabulary/iris.ts';
import { graphOf } from '../activity.ts';
import { activityOf, changesOf, stateTriples } from '../changes.ts';
import type { StoreThread } from './thread.ts';

/** The log, as far as a graph is made out of it. */
export type Source = Pick<EventLog, 'head' | 'states' | 'read'>;

/** What a replica is built from. */
export interface Origin {
  readonly source: Source;
  readonly iris: Iris;
  /** Of how many events, counted back from the last, the activities are kept. */
  readonly keep: number;
}

/** A store in a thread of its own that follows the log. */
export interface Replica {
  readonly thread: StoreThread;
  /** The last event that is in it. */
  seq(): number;
  /** How many statements went since it was built. */
  removed(): number;
  /** Takes in events; those that it has already are left out. */
  apply(events: readonly SinkEvent[]): Promise<void>;
}

/** How many resources or events go into a store in one call. */
const batch = 500;

/** Fills the empty store of a thread with what the log says up to its head. @throws ThreadGone */
export async function buildReplica(thread: StoreThread, { source, iris, keep }: Origin): Promise<Replica> {
  const { seq: head } = source.head();
  for await (const states of batches(source.states(head)))
    await thread.call('load', {
      states: states.map((event) => ({ graph: graphOf(event, iris), triples: stateTriples(event, iris) })),
      activities: [],
    });
  for (let after = Math.max(0, head - keep); after < head; after += batch) {
    const events = await source.read({ after, limit: Math.min(batch, head - after) });
    const activities = events.filter(({ seq }) => seq <= Math.min(head, after + batch));
    await thread.call('load', { states: [], activities: activities.map((event) => activityOf(event, iris)) });
  }
  return replica(thread, head, iris);
}

/** Brings a replica to where another is that went on while it was built. @throws ThreadGone */
export async function catchUp(replica: Replica, to: number, { source }: Origin): Promise<void> {
  while (replica.seq() < to) {
    const events = await source.read({ after: replica.seq(), limit: Math.min(batch, to - replica.seq()) });
    if (events.length === 0)
      throw new Error(`the log has no event after ${replica.seq()}, but ${to} was in it`);
    await replica.apply(events);
  }
}

function replica(thread: StoreThread, head: number, iris: Iris): Replica {
  let seq = head;
  let removed = 0;
  return {
    thread,
    seq: () => seq,
    removed: () => removed,
    async apply(events) {
      const fresh = events.filter((event) => event.seq > seq);
      if (fresh.length === 0) return;
      const changes = changesOf(fresh, iris);
      removed += await thread.call('apply', changes);
      seq = changes.seq;
    },
  };
}

async function* batches(events: AsyncIterable<SinkEvent>): AsyncGenerator<readonly SinkEvent[]> {
  let some: SinkEvent[] = [];
  for await (const event of events) {
    some.push(event);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
