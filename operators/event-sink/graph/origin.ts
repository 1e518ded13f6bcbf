import type { SinkEvent } from '@hearth/domain';
import type { EventLog } from '../log/event-log.ts';
import type { Iris } from '../vocabulary/iris.ts';
import { graphOf } from './activity.ts';
import { type Activity, activityOf, type StateChange, stateTriples } from './changes.ts';

/** The log, as far as a graph is made out of it. */
export type Source = Pick<EventLog, 'head' | 'states' | 'read'>;

/** What a graph is made from. */
export interface Origin {
  readonly source: Source;
  readonly iris: Iris;
  /** Of how many events, counted back from the last, the activities are kept. */
  readonly keep: number;
}

/** The states of all resources that lived when event `head` was the last, so many at a time. */
export async function* livingStates(
  { source, iris }: Origin,
  head: number,
  size: number,
): AsyncGenerator<readonly StateChange[]> {
  for await (const events of batches(source.states(head), size))
    yield events.map((event) => ({ graph: graphOf(event, iris), triples: stateTriples(event, iris) }));
}

/** The activities that are kept when event `head` is the last, in order, so many at a time. */
export async function* keptActivities(
  { source, iris, keep }: Origin,
  head: number,
  size: number,
): AsyncGenerator<readonly Activity[]> {
  for (let after = Math.max(0, head - keep); after < head; after += size) {
    const limit = Math.min(size, head - after);
    const events = await source.read({ after, limit });
    // Where events were pruned, later ones come instead; they have their own turn.
    yield events.filter(({ seq }) => seq <= after + limit).map((event) => activityOf(event, iris));
  }
}

async function* batches(
  events: AsyncIterable<SinkEvent>,
  size: number,
): AsyncGenerator<readonly SinkEvent[]> {
  let some: SinkEvent[] = [];
  for await (const event of events) {
    some.push(event);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
