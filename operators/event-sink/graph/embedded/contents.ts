import type { Activity, StateChange } from '../changes.ts';

/** What lies in which graph: the store itself could only tell by looking at all of it. */
export interface Contents {
  /** Takes note of what is put into graphs. Activities come in order. */
  put(states: readonly StateChange[], activities: readonly Activity[]): void;
  /** Forgets the activities up to an event, and returns them. */
  expire(upTo: number): readonly Activity[];
  hasState(graph: string): boolean;
  /** The graphs in which there is something. */
  graphs(): readonly string[];
}

/** Of an empty store. */
export function createContents(): Contents {
  const states = new Set<string>();
  const activities = new Map<number, Activity>();
  const activitiesIn = new Map<string, number>();

  const count = (graph: string, change: number) => {
    const now = (activitiesIn.get(graph) ?? 0) + change;
    if (now === 0) activitiesIn.delete(graph);
    else activitiesIn.set(graph, now);
  };

  return {
    put(changed, added) {
      for (const { graph, triples } of changed) {
        if (triples === '') states.delete(graph);
        else states.add(graph);
      }
      for (const activity of added) {
        activities.set(activity.seq, activity);
        count(activity.graph, 1);
      }
    },
    expire(upTo) {
      const expired: Activity[] = [];
      for (const activity of activities.values()) {
        if (activity.seq > upTo) break;
        expired.push(activity);
      }
      for (const { seq, graph } of expired) {
        activities.delete(seq);
        count(graph, -1);
      }
      return expired;
    },
    hasState: (graph) => states.has(graph),
    graphs: () => [...new Set([...states, ...activitiesIn.keys()])],
  };
}
