import type { DatabaseSync } from 'node:sqlite';
import type { SinkEvent } from '@hearth/domain';
import type { Query, Segment } from '../event-log.ts';

/** Reads events, none up to the one that was pruned last. */
export function readEvents(
  database: DatabaseSync,
  pruned: number,
  { after, limit, of }: Query,
): readonly SinkEvent[] {
  const start = Math.max(after, pruned);
  if (of === undefined) {
    const rows = database.prepare('SELECT event FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
    return rows.all(start, limit).map(eventOf);
  }
  const column = of.includes('/') ? 'iri' : 'kind';
  const rows = database.prepare(
    `SELECT event FROM events WHERE ${column} = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  return rows.all(of, start, limit).map(eventOf);
}

const eventOf = ({ event }: { readonly event?: unknown }): SinkEvent => JSON.parse(String(event));

/** The last event of each resource up to some event, deletions and gaps included. Parameter: that event's number. */
export const LAST_EVENTS = `
SELECT seq, event FROM events WHERE seq IN (SELECT max(seq) FROM events WHERE seq <= ? GROUP BY iri)
ORDER BY seq`;

/** Whether after such an event there is a resource. */
export const isState = ({ type }: Pick<SinkEvent, 'type'>): boolean =>
  type === 'added' || type === 'modified';

/** The last event of each resource that lived after event `at`. */
export function* readStates(database: DatabaseSync, at: number): Generator<SinkEvent> {
  for (const row of database.prepare(LAST_EVENTS).iterate(at)) {
    const event = eventOf(row);
    if (isState(event)) yield event;
  }
}

/** The JSON texts of a segment's events. */
export function* readTexts(
  database: DatabaseSync,
  { first, last }: Pick<Segment, 'first' | 'last'>,
): Generator<string> {
  const rows = database.prepare('SELECT event FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq');
  for (const { event } of rows.iterate(first, last)) yield String(event);
}
