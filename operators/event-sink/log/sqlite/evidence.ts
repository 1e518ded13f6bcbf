import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { LogPart } from '@hearth/domain';
import { bytesOf } from '../columns.ts';
import type { Segment } from '../event-log.ts';
import { damageParts, wrongFiling } from '../evidence.ts';
import { splitLeaves } from '../proofs.ts';
import { wrongCursors } from '../state.ts';
import { onFile, openReader } from './database.ts';
import { archivedLeaves } from './proofs.ts';
import { readCursors, readSegments } from './recover.ts';

/** All that a file holds of the log at one moment, to be checked. */
export function* readParts(database: DatabaseSync): Generator<LogPart> {
  const wrongPlaces = checkPlaces(database);
  let read = Number.MIN_SAFE_INTEGER;
  for (const segment of readSegments(database)) {
    if (segment.pruned) yield* prunedParts(database, read, segment, wrongPlaces);
    else yield* eventParts(database, read, segment.last, wrongPlaces);
    const { first, last, root, hash } = segment;
    yield { part: 'seal', first, last, root, hash };
    read = last;
  }
  yield* eventParts(database, read, Number.MAX_SAFE_INTEGER, wrongPlaces);
  yield* damageParts(wrongCursorsOf(database));
}

const EVENTS = 'SELECT seq, iri, kind, event, hash FROM events WHERE seq > ? AND seq <= ? ORDER BY seq';

function* eventParts(
  database: DatabaseSync,
  after: number,
  last: number,
  wrongPlaces: PlaceCheck,
): Generator<LogPart> {
  for (const row of database.prepare(EVENTS).iterate(after, last)) {
    yield { part: 'event', seq: Number(row.seq), text: String(row.event), hash: bytesOf(row.hash) };
    yield* damageParts(wrongPlaces(row));
  }
}

function* prunedParts(
  database: DatabaseSync,
  after: number,
  segment: Segment,
  wrongPlaces: PlaceCheck,
): Generator<LogPart> {
  const kept = database.prepare(EVENTS).all(after, segment.last);
  yield {
    part: 'pruned',
    first: segment.first,
    leaves: splitLeaves(archivedLeaves(database, segment)),
    kept: kept.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) })),
  };
  yield* damageParts(kept.flatMap(wrongPlaces));
}

/** Says where an event is not found, or is found and should not be. */
type PlaceCheck = (row: Readonly<Record<string, SQLOutputValue>>) => readonly string[];

/** Looks each event up as its readers do: a damaged index would hide it from them, and break no chain. */
function checkPlaces(database: DatabaseSync): PlaceCheck {
  const finding = (column: string, index: string) =>
    database.prepare(`SELECT 1 FROM events INDEXED BY ${index} WHERE ${column} = ? AND seq = ?`);
  const ofResource = finding('iri', 'events_of_resource');
  const ofKind = finding('kind', 'events_of_kind');
  return ({ seq = null, iri = null, kind = null, event }) => {
    const isIndexed = ofResource.get(iri, seq) !== undefined && ofKind.get(kind, seq) !== undefined;
    const row = { seq: Number(seq), text: String(event), iri: String(iri), kind: String(kind) };
    return [...wrongFiling(row), ...(isIndexed ? [] : [`an index of the events lacks event ${seq}`])];
  };
}

/** What is wrong with a file's pages, in sentences. It reads everything, and lets nobody have a turn. */
export function findDamage(path: string): readonly string[] {
  const database = openReader(path);
  try {
    return onFile(path, () => wrongPages(database));
  } finally {
    database.close();
  }
}

function wrongPages(database: DatabaseSync): readonly string[] {
  const rows = database.prepare('PRAGMA integrity_check').all();
  return rows.map(({ integrity_check }) => String(integrity_check)).filter((line) => line !== 'ok');
}

function wrongCursorsOf(database: DatabaseSync): readonly string[] {
  const ends = database
    .prepare('SELECT max(seq) AS last FROM events UNION SELECT max(last) FROM segments')
    .all();
  return wrongCursors(readCursors(database), Math.max(...ends.map(({ last }) => Number(last))));
}
