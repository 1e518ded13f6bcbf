import type { SinkEvent } from '@hearth/domain';
import type { Query, Segment } from '../event-log.ts';
import { isState, refusePruned } from '../state.ts';
import type { Connection, Row } from './connection.ts';
import { rowsOf } from './readers.ts';

/** The last event that was pruned, as of the moment that a transaction sees. */
async function readPruned(connection: Connection): Promise<number> {
  const [row] = await connection.query('SELECT coalesce(max(last), 0) AS last FROM archives');
  return Number(row?.last);
}

/** Reads events, none up to the one that was pruned last. */
export async function readEvents(
  connection: Connection,
  { after, before, limit, of }: Query,
): Promise<readonly SinkEvent[]> {
  const start = Math.max(after, await readPruned(connection));
  const column = of?.includes('/') ? 'iri' : 'kind';
  const rows = await connection.query(
    `SELECT event FROM events WHERE seq > $1 AND seq < $2 ${of === undefined ? '' : `AND ${column} = $4`}
     ORDER BY seq ${before === undefined ? '' : 'DESC'} LIMIT $3`,
    [start, before ?? Number.MAX_SAFE_INTEGER, limit, ...(of === undefined ? [] : [of])],
  );
  const events = rows.map(eventOf);
  return before === undefined ? events : events.reverse();
}

const eventOf = ({ event }: Row): SinkEvent => JSON.parse(String(event));

/** The last event of one resource up to event `at`, whatever it is. @throws Pruned */
export async function readLast(
  connection: Connection,
  iri: string,
  at: number,
): Promise<SinkEvent | undefined> {
  refusePruned(at + 1, await readPruned(connection));
  const [row] = await connection.query(
    'SELECT event FROM events WHERE iri = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1',
    [iri, at],
  );
  return row && eventOf(row);
}

/** The beginnings that relative IRIs have, each found by one step in the index. */
export async function readPlaces(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.query(`
    WITH RECURSIVE places AS (
      (SELECT regexp_replace(iri, '[^/]*$', '') AS place FROM events ORDER BY iri LIMIT 1)
      UNION ALL
      SELECT (
        SELECT regexp_replace(iri, '[^/]*$', '') FROM events
        -- 0 follows / in the order of bytes.
        WHERE iri >= left(place, -1) || '0' ORDER BY iri LIMIT 1
      ) FROM places WHERE place IS NOT NULL
    )
    SELECT place FROM places WHERE place IS NOT NULL`);
  return rows.map(({ place }) => String(place));
}

/** The last event of each resource up to some event, deletions and gaps included. Parameter: that event's number. */
export const LAST_EVENTS = `
SELECT seq, event FROM events WHERE seq IN (SELECT max(seq) FROM events WHERE seq <= $1 GROUP BY iri)
ORDER BY seq`;

/** The last event of each resource that lived after event `at`. @throws Pruned */
export async function* readStates(connection: Connection, at: number): AsyncGenerator<SinkEvent> {
  refusePruned(at + 1, await readPruned(connection));
  for await (const row of rowsOf(connection, LAST_EVENTS, [at])) {
    const event = eventOf(row);
    if (isState(event)) yield event;
  }
}

/** The JSON texts of a segment's events. @throws Pruned */
export async function* readTexts(
  connection: Connection,
  { first, last }: Pick<Segment, 'first' | 'last'>,
): AsyncGenerator<string> {
  refusePruned(first, await readPruned(connection));
  const rows = rowsOf(connection, 'SELECT event FROM events WHERE seq BETWEEN $1 AND $2 ORDER BY seq', [
    first,
    last,
  ]);
  for await (const { event } of rows) yield String(event);
}
