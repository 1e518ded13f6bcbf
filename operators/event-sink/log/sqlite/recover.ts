import type { DatabaseSync } from 'node:sqlite';
import type { Extent } from '@hearth/domain';
import { bytesOf, CURSORS, cursorOf, SEGMENTS, segmentOf } from '../columns.ts';
import { LogDamaged, type Segment } from '../event-log.ts';
import {
  afterRow,
  afterSegments,
  cursorsOf,
  type LogState,
  prunedUpTo,
  type StoredCursor,
} from '../state.ts';
import { transact } from './database.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** Makes the tables where the file is new, not where its tables have been lost: it has one page at most. */
export function prepareFile(database: DatabaseSync, segmentSize: number): void {
  if (Number(database.prepare('PRAGMA page_count').get()?.page_count) > 1) return;
  transact(database, () => {
    database.exec(SCHEMA);
    database.prepare('INSERT INTO format VALUES (?, ?)').run(SCHEMA_VERSION, segmentSize);
  });
}

/**
 * Reads what there is, and checks what was written since the last seal.
 * @throws LogDamaged where that is not as it was written.
 */
export function recover(database: DatabaseSync): LogState {
  const format = database.prepare('SELECT version, segment_size FROM format').get();
  if (format?.version !== SCHEMA_VERSION) {
    throw new LogDamaged(`the log has format ${format?.version}, this version reads ${SCHEMA_VERSION}`);
  }
  const segments = readSegments(database);
  const extent = readTail(database, afterSegments(segments));
  return {
    segmentSize: Number(format.segment_size),
    extent,
    segments,
    cursors: cursorsOf(readCursors(database), extent.tree.size),
    pruned: prunedUpTo(segments),
  };
}

/** The sealed segments. */
export const readSegments = (database: DatabaseSync): readonly Segment[] =>
  database.prepare(SEGMENTS).all().map(segmentOf);

function readTail(database: DatabaseSync, sealed: Extent): Extent {
  let extent = sealed;
  const rows = database.prepare('SELECT seq, event, hash FROM events WHERE seq > ? ORDER BY seq');
  for (const { seq, event, hash } of rows.iterate(sealed.tree.size)) {
    extent = afterRow(extent, { seq: Number(seq), text: String(event), hash: bytesOf(hash) });
  }
  return extent;
}

/** The cursors as they are stored. */
export const readCursors = (database: DatabaseSync): readonly StoredCursor[] =>
  database.prepare(CURSORS).all().map(cursorOf);
