import type { DatabaseSync } from 'node:sqlite';
import { type Extent, rootOf } from '@hearth/domain';
import type { Appended, Cursor, Segment } from '../event-log.ts';
import { addRow, type Draft, type Row, sealIfFull } from '../row.ts';
import { sha256 } from '../sha256.ts';
import { cursorDigest, type LogState } from './recover.ts';

/** What belongs together: changes, and where their watch goes on after them. */
export interface Append {
  readonly drafts: readonly Draft[];
  readonly cursor: Cursor;
}

/** What one transaction made. */
interface Written {
  readonly state: LogState;
  readonly appended: readonly Appended[];
}

/** Writes appends behind a log; to be called in a transaction. The state given stays true where that fails. */
export type WriteAppends = (state: LogState, appends: readonly Append[], time: string) => Written;

/** Prepares the statements by which events come into a database. */
export function createWriteAppends(database: DatabaseSync): WriteAppends {
  const insert = {
    event: database.prepare('INSERT INTO events (seq, iri, kind, event, hash) VALUES (?, ?, ?, ?, ?)'),
    segment: database.prepare('INSERT INTO segments (first, last, root, hash) VALUES (?, ?, ?, ?)'),
    cursor: database.prepare(
      `INSERT INTO cursors (kind, resource_version, seq, digest) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET resource_version = excluded.resource_version, seq = excluded.seq, digest = excluded.digest`,
    ),
  };
  const write = {
    row: ({ seq, iri, kind, text, hash }: Row) => insert.event.run(seq, iri, kind, text, hash),
    segment: ({ first, last, root, hash }: Segment) => insert.segment.run(first, last, root, hash),
    cursor(cursor: Cursor, seq: number) {
      insert.cursor.run(cursor.of, cursor.resourceVersion, seq, cursorDigest(cursor, seq));
    },
  };

  return (state, appends, time) => {
    let { extent } = state;
    const segments: Segment[] = [];
    const appended = appends.map(({ drafts, cursor }): Appended => {
      const first = extent.tree.size + 1;
      for (const draft of drafts) {
        const added = addRow(extent, time, draft);
        write.row(added.row);
        extent = sealIfFull(added.log, state.segmentSize);
        if (extent === added.log) continue;
        const segment = sealedSegment(added.log);
        write.segment(segment);
        segments.push(segment);
      }
      write.cursor(cursor, extent.tree.size);
      return { first, last: extent.tree.size };
    });
    const cursors = new Map(state.cursors);
    for (const { cursor } of appends) cursors.set(cursor.of, cursor.resourceVersion);
    return { state: { ...state, extent, cursors, segments: [...state.segments, ...segments] }, appended };
  };
}

/** The segment with which a log ends. */
const sealedSegment = ({ hash, tree, segment }: Extent): Segment => ({
  first: tree.size - segment.size + 1,
  last: tree.size,
  root: rootOf(sha256, segment),
  hash,
  pruned: false,
});
