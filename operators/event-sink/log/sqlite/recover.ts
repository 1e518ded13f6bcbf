import type { DatabaseSync } from 'node:sqlite';
import { type Extent, emptyExtent, emptyFrontier, extend, grow, sameBytes, utf8 } from '@hearth/domain';
import { type Cursor, LogDamaged, type Segment } from '../event-log.ts';
import { leafOf } from '../row.ts';
import { sha256 } from '../sha256.ts';
import { bytesOf, transact } from './database.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** What a writer keeps in memory: it follows from what is on disk. */
export interface LogState {
  readonly segmentSize: number;
  readonly extent: Extent;
  readonly segments: readonly Segment[];
  readonly cursors: ReadonlyMap<string, string>;
  readonly pruned: number;
}

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
    cursors: readCursors(database, extent.tree.size),
    pruned: segments.findLast(({ pruned }) => pruned)?.last ?? 0,
  };
}

/** The sealed segments. */
export function readSegments(database: DatabaseSync): readonly Segment[] {
  const rows = database
    .prepare(
      'SELECT first, last, root, hash, last IN (SELECT last FROM archives) AS pruned FROM segments ORDER BY last',
    )
    .all();
  return rows.map(({ first, last, root, hash, pruned }) => ({
    first: Number(first),
    last: Number(last),
    root: bytesOf(root),
    hash: bytesOf(hash),
    pruned: pruned === 1,
  }));
}

function afterSegments(segments: readonly Segment[]): Extent {
  const tree = segments.reduce(
    (grown, { first, last, root }) => grow(sha256, grown, root, last - first + 1),
    emptyFrontier,
  );
  return { ...emptyExtent, hash: segments.at(-1)?.hash ?? emptyExtent.hash, tree };
}

function readTail(database: DatabaseSync, sealed: Extent): Extent {
  let extent = sealed;
  const rows = database.prepare('SELECT seq, event, hash FROM events WHERE seq > ? ORDER BY seq');
  for (const { seq, event, hash } of rows.iterate(sealed.tree.size)) {
    extent = extend(sha256, extent, leafOf(String(event)));
    if (Number(seq) !== extent.tree.size || !sameBytes(bytesOf(hash), extent.hash)) {
      throw new LogDamaged(`event ${extent.tree.size} of the log is missing or was changed`);
    }
  }
  return extent;
}

/** Stands beside a cursor, so that a changed one is found: to go on at the wrong place would miss changes. */
export const cursorDigest = ({ of, resourceVersion }: Cursor, seq: number): Uint8Array =>
  sha256(utf8(JSON.stringify([of, resourceVersion, seq])));

/** What is wrong with the cursors, in sentences. */
export function wrongCursors(database: DatabaseSync, lastEvent: number): readonly string[] {
  return database
    .prepare('SELECT kind, resource_version, seq, digest FROM cursors')
    .all()
    .flatMap(({ kind, resource_version, seq, digest }) => {
      const cursor = { of: String(kind), resourceVersion: String(resource_version) };
      if (!sameBytes(bytesOf(digest), cursorDigest(cursor, Number(seq)))) {
        return [`the cursor of ${kind} was changed`];
      }
      if (Number(seq) > lastEvent)
        return [`the log ends at event ${lastEvent}, but event ${seq} was recorded`];
      return [];
    });
}

function readCursors(database: DatabaseSync, lastEvent: number): ReadonlyMap<string, string> {
  const [wrong] = wrongCursors(database, lastEvent);
  if (wrong !== undefined) throw new LogDamaged(wrong);
  const rows = database.prepare('SELECT kind, resource_version FROM cursors').all();
  return new Map(rows.map(({ kind, resource_version }) => [String(kind), String(resource_version)]));
}
