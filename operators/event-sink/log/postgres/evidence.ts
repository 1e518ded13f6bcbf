import type { LogPart } from '@hearth/domain';
import { LogDamaged, type Segment } from '../event-log.ts';
import { splitLeaves } from '../proofs.ts';
import { isFiled, wrongCursors } from '../state.ts';
import { bytesOf, type Connection } from './connection.ts';
import { readArchived } from './proofs.ts';
import { rowsOf } from './readers.ts';
import { readCursors, readSegments } from './recover.ts';

/** All that is stored of the log at one moment, to be checked. */
export async function* readParts(connection: Connection): AsyncGenerator<LogPart> {
  let read = Number.MIN_SAFE_INTEGER;
  for (const segment of await readSegments(connection)) {
    if (segment.pruned) yield await prunedPart(connection, read, segment);
    else yield* eventParts(connection, read, segment.last);
    const { first, last, root, hash } = segment;
    yield { part: 'seal', first, last, root, hash };
    read = last;
  }
  yield* eventParts(connection, read, Number.MAX_SAFE_INTEGER);
}

const EVENTS = 'SELECT seq, event, hash FROM events WHERE seq > $1 AND seq <= $2 ORDER BY seq';

async function* eventParts(connection: Connection, after: number, last: number): AsyncGenerator<LogPart> {
  for await (const { seq, event, hash } of rowsOf(connection, EVENTS, [after, last])) {
    yield { part: 'event', seq: Number(seq), text: String(event), hash: bytesOf(hash) };
  }
}

async function prunedPart(connection: Connection, after: number, segment: Segment): Promise<LogPart> {
  const { first, last } = segment;
  const archived = await readArchived(connection, last);
  if (archived === undefined) throw new LogDamaged(`the leaf hashes of events ${first} to ${last} are gone`);
  const kept = await connection.query(EVENTS, [after, last]);
  return {
    part: 'pruned',
    first,
    leaves: splitLeaves(archived),
    kept: kept.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) })),
  };
}

/** What is wrong beside the events, in sentences: events that are filed under another name, and cursors. */
export async function findDamage(connection: Connection): Promise<readonly string[]> {
  const wrong: string[] = [];
  for await (const { seq, iri, kind, event } of rowsOf(
    connection,
    'SELECT seq, iri, kind, event FROM events',
  )) {
    const row = { text: String(event), iri: String(iri), kind: String(kind) };
    if (!isFiled(row)) wrong.push(`event ${seq} is wrongly filed under ${kind}, ${iri}`);
  }
  const [end] = await connection.query(
    'SELECT greatest((SELECT max(seq) FROM events), (SELECT max(last) FROM segments), 0) AS last',
  );
  return [...wrong, ...wrongCursors(await readCursors(connection), Number(end?.last))];
}
