import type { SinkEvent } from '@hearth/domain';
import type { Iris } from '../vocabulary/iris.ts';
import { activityQuads, graphOf } from './activity.ts';
import { nTriples } from './serialise/n-triples.ts';
import { stateQuads } from './state.ts';

/** The state of a resource as of some event: all that its graph is to say of it, in N-Triples; empty: it is gone. */
export interface StateChange {
  readonly graph: string;
  readonly triples: string;
}

/** What is said of one event, in N-Triples. */
export interface Activity {
  readonly seq: number;
  readonly graph: string;
  readonly triples: string;
}

/** What events change in the graph, in the form that can be sent to another thread. */
export interface Changes {
  /** The last event among them. */
  readonly seq: number;
  /** One of each resource: of several events the last one counts. */
  readonly states: readonly StateChange[];
  readonly activities: readonly Activity[];
}

/** What events, which follow each other, change in the graph. */
export function changesOf(events: readonly SinkEvent[], iris: Iris): Changes {
  const last = new Map(
    events.filter(({ type }) => type !== 'gap').map((event) => [graphOf(event, iris), event]),
  );
  return {
    seq: events.at(-1)?.seq ?? 0,
    states: [...last].map(([graph, event]) => ({ graph, triples: stateTriples(event, iris) })),
    activities: events.map((event) => activityOf(event, iris)),
  };
}

/** The state that an event led to, in N-Triples. */
export const stateTriples = ({ type, resource, object }: SinkEvent, iris: Iris): string =>
  type === 'deleted' || object === undefined ? '' : nTriples(stateQuads(resource, object, iris));

/** What is said of an event, with the graph in which it stands. */
export const activityOf = (event: SinkEvent, iris: Iris): Activity => ({
  seq: event.seq,
  graph: graphOf(event, iris),
  triples: nTriples(activityQuads(event, iris)),
});
