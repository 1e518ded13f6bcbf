import type { DatabaseSync } from 'node:sqlite';
import type { SinkEvent } from '@hearth/domain';
import type { Query, Segment } from '../event-log.ts';
import { isState } from '../state.ts';

/** Reads events, none up to the one that was pruned last. */
export function readEvents(
  database: DatabaseSync,
  pruned: number,
  { after, before, limit, of }: Query,
): readonly SinkEvent[] {
  const column = of?.includes('/') ? 'iri' : 'kind';
  const rows = database.prepare(
    `SELECT event FROM events WHERE seq > ? AND seq < ? ${of === undefined ? '' : `AND ${column} = ?`}
     ORDER BY seq ${before === undefined ? '' : 'DESC'} LIMIT ?`,
  );
  const between = [Math.max(after, pruned), before ?? Number.MAX_SAFE_INTEGER];
  const events = rows.all(...between, ...(of === undefined ? [] : [of]), limit).map(eventOf);
  return before === undefined ? events : events.reverse();
}

/** The last event of one resource up to event `at`, whatever it is. */
export function readLast(database: DatabaseSync, iri: string, at: number): SinkEvent | undefined {
  const row = database
    .prepare('SELECT event FROM events WHERE iri = ? AND seq <= ? ORDER BY seq DESC LIMIT 1')
    .get(iri, at);
  return row && eventOf(row);
}

/** The beginnings that relative IRIs have, each found by one step in the index. */
export function readPlaces(database: DatabaseSync): readonly string[] {
  const next = database.prepare('SELECT iri FROM events WHERE iri >= ? ORDER BY iri LIMIT 1');
  const places: string[] = [];
  let row = next.get('');
  while (row !== undefined) {
    const place = String(row.iri).replace(/[^/]*$/, '');
    places.push(place);
    // `0` follows `/` in the order of bytes, which is that of SQLite's texts.
    row = next.get(`${place.slice(0, -1)}0`);
  }
  return places;
}

const eventOf = ({ event }: { readonly event?: unknown }): SinkEvent => JSON.parse(String(event));

/** The last event of each resource up to some event, deletions and gaps included. Parameter: that event's number. */
export const LAST_EVENTS = `
SELECT seq, event FROM events WHERE seq IN (SELECT max(seq) FROM events WHERE seq <= ? GROUP BY iri)
ORDER BY seq`;

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
