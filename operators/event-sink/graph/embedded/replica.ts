import type { SinkEvent } from '@hearth/domain';
import type { Iris } from '../../vocabulary/iris.ts';
import { changesOf } from '../changes.ts';
import { keptActivities, livingStates, type Origin } from '../origin.ts';
import type { Room } from './room.ts';
import type { StoreThread } from './thread.ts';

/** A store in a thread of its own that follows the log. */
export interface Replica {
  readonly thread: StoreThread;
  /** The last event that is in it. */
  seq(): number;
  /** What it held when it last took something in. */
  room(): Room;
  /** Takes in events; those that it has already are left out. */
  apply(events: readonly SinkEvent[]): Promise<void>;
}

/** How many resources or events go into a store in one call. What a larger call takes for a while it never gives back. */
const batch = 100;

/** Fills the empty store of a thread with what the log says up to its head. @throws ThreadGone */
export async function buildReplica(thread: StoreThread, origin: Origin): Promise<Replica> {
  const { seq: head } = origin.source.head();
  let room: Room = { live: 0, copied: 0, gone: 0 };
  for await (const states of livingStates(origin, head, batch))
    room = await thread.call('load', { states, activities: [] });
  for await (const activities of keptActivities(origin, head, batch))
    room = await thread.call('load', { states: [], activities });
  return replica(thread, head, room, origin.iris);
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

function replica(thread: StoreThread, head: number, filled: Room, iris: Iris): Replica {
  let seq = head;
  let room = filled;
  return {
    thread,
    seq: () => seq,
    room: () => room,
    async apply(events) {
      const fresh = events.filter((event) => event.seq > seq);
      if (fresh.length === 0) return;
      const changes = changesOf(fresh, iris);
      room = await thread.call('apply', changes);
      seq = changes.seq;
    },
  };
}
