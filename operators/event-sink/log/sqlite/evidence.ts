import type { DatabaseSync } from 'node:sqlite';
import type { LogPart } from '@hearth/domain';
import type { Segment } from '../event-log.ts';
import { splitLeaves } from '../proofs.ts';
import { isFiled, wrongCursors } from '../state.ts';
import { bytesOf, onFile, openReader } from './database.ts';
import { archivedLeaves } from './proofs.ts';
import { readCursors, readSegments } from './recover.ts';

/** All that a file holds of the log at one moment, to be checked. */
export function* readParts(database: DatabaseSync): Generator<LogPart> {
  let read = Number.MIN_SAFE_INTEGER;
  for (const segment of readSegments(database)) {
    if (segment.pruned) yield prunedPart(database, read, segment);
    else yield* eventParts(database, read, segment.last);
    const { first, last, root, hash } = segment;
    yield { part: 'seal', first, last, root, hash };
    read = last;
  }
  yield* eventParts(database, read, Number.MAX_SAFE_INTEGER);
}

const EVENTS = 'SELECT seq, event, hash FROM events WHERE seq > ? AND seq <= ? ORDER BY seq';

function* eventParts(database: DatabaseSync, after: number, last: number): Generator<LogPart> {
  for (const { seq, event, hash } of database.prepare(EVENTS).iterate(after, last)) {
    yield { part: 'event', seq: Number(seq), text: String(event), hash: bytesOf(hash) };
  }
}

function prunedPart(database: DatabaseSync, after: number, segment: Segment): LogPart {
  const kept = database.prepare(EVENTS).all(after, segment.last);
  return {
    part: 'pruned',
    first: segment.first,
    leaves: splitLeaves(archivedLeaves(database, segment)),
    kept: kept.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) })),
  };
}

/** What is wrong with a file beside its events, in sentences. It reads everything, and lets nobody have a turn. */
export function findDamage(path: string): readonly string[] {
  const database = openReader(path);
  try {
    return onFile(path, () => [
      ...wrongPages(database),
      ...wrongIndex(database),
      ...wrongCursorsOf(database),
    ]);
  } finally {
    database.close();
  }
}

function wrongPages(database: DatabaseSync): readonly string[] {
  const rows = database.prepare('PRAGMA integrity_check').all();
  return rows.map(({ integrity_check }) => String(integrity_check)).filter((line) => line !== 'ok');
}

/** Events that would be found under the name of another resource. */
function wrongIndex(database: DatabaseSync): readonly string[] {
  const wrong: string[] = [];
  for (const { seq, iri, kind, event } of database.prepare('SELECT * FROM events').iterate()) {
    if (!isFiled({ text: String(event), iri: String(iri), kind: String(kind) }))
      wrong.push(`event ${seq} is wrongly filed under ${kind}, ${iri}`);
  }
  return wrong;
}

function wrongCursorsOf(database: DatabaseSync): readonly string[] {
  const ends = database
    .prepare('SELECT max(seq) AS last FROM events UNION SELECT max(last) FROM segments')
    .all();
  return wrongCursors(readCursors(database), Math.max(...ends.map(({ last }) => Number(last))));
}
