import { type Extent, rootOf } from '@hearth/domain';
import type { Appended, Cursor, Segment } from './event-log.ts';
import { addRow, type Draft, type Row, sealIfFull } from './row.ts';
import { sha256 } from './sha256.ts';
import { cursorDigest, type LogState, type StoredCursor } from './state.ts';

/** What belongs together: changes, and where their watch goes on after them. */
export interface Append {
  readonly drafts: readonly Draft[];
  readonly cursor: Cursor;
}

/** What a transaction is to write, in this order: events, each segment behind its last event, and then the cursors. */
export interface Plan {
  readonly writes: readonly ({ readonly row: Row } | { readonly segment: Segment })[];
  readonly cursors: readonly StoredCursor[];
  /** The log after it. */
  readonly state: LogState;
  readonly appended: readonly Appended[];
}

/** Numbers and chains what is appended. */
export function planAppends(state: LogState, appends: readonly Append[], time: string): Plan {
  let { extent } = state;
  const writes: Plan['writes'][number][] = [];
  const segments = [...state.segments];
  const cursors: StoredCursor[] = [];
  const appended = appends.map(({ drafts, cursor }): Appended => {
    const first = extent.tree.size + 1;
    for (const draft of drafts) {
      const { row, log } = addRow(extent, time, draft);
      writes.push({ row });
      extent = sealIfFull(log, state.segmentSize);
      if (extent === log) continue;
      const segment = sealedSegment(log);
      writes.push({ segment });
      segments.push(segment);
    }
    const seq = extent.tree.size;
    cursors.push({ ...cursor, seq, digest: cursorDigest(cursor, seq) });
    return { first, last: seq };
  });
  const known = new Map(state.cursors);
  for (const { of, resourceVersion } of cursors) known.set(of, resourceVersion);
  return { writes, cursors, state: { ...state, extent, cursors: known, segments }, appended };
}

/** The segment with which a log ends. */
const sealedSegment = ({ hash, tree, segment }: Extent): Segment => ({
  first: tree.size - segment.size + 1,
  last: tree.size,
  root: rootOf(sha256, segment),
  hash,
  pruned: false,
});
