import type { DatabaseSync } from 'node:sqlite';
import { emptyFrontier, grow, rootOf, sameBytes } from '@hearth/domain';
import { LogDamaged, type Segment } from '../event-log.ts';
import { leafOf } from '../row.ts';
import { sha256 } from '../sha256.ts';
import { transact } from './database.ts';
import { isState, LAST_EVENTS } from './read.ts';
import type { LogState } from './recover.ts';

/**
 * Gives up a segment's events, but for those that say what lives, and keeps its leaf hashes.
 * @throws LogDamaged where its events are not those that were sealed; RangeError where it isn't its turn.
 */
export function pruneSegment(database: DatabaseSync, state: LogState, { last }: Segment): LogState {
  const segment = state.segments.find(({ pruned }) => !pruned);
  if (segment?.last !== last)
    throw new RangeError(`the segment up to event ${last} is not the next to prune`);
  transact(database, () => {
    database.prepare('INSERT INTO archives VALUES (?, ?)').run(last, sealedLeaves(database, segment));
    // From the oldest on: each has what supersedes it still behind it.
    const forget = database.prepare('DELETE FROM events WHERE seq = ?');
    for (const seq of superseded(database, last)) forget.run(seq);
  });
  const segments = state.segments.map((other) => (other === segment ? { ...segment, pruned: true } : other));
  return { ...state, segments, pruned: last };
}

function sealedLeaves(database: DatabaseSync, { first, last, root }: Segment): Uint8Array {
  const rows = database.prepare('SELECT event FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq');
  const leaves = rows.all(first, last).map(({ event }) => leafOf(String(event)));
  const tree = leaves.reduce((grown, leaf) => grow(sha256, grown, leaf), emptyFrontier);
  if (!sameBytes(rootOf(sha256, tree), root)) {
    throw new LogDamaged(`events ${first} to ${last} are not those that were sealed: they are kept`);
  }
  return Buffer.concat(leaves);
}

/** The events up to a number that don't say what lives after it. */
function superseded(database: DatabaseSync, last: number): readonly number[] {
  const ends = database.prepare(LAST_EVENTS).all(last);
  const living = new Set(
    ends.filter(({ event }) => isState(JSON.parse(String(event)))).map(({ seq }) => seq),
  );
  const all = database.prepare('SELECT seq FROM events WHERE seq <= ? ORDER BY seq').all(last);
  return all.filter(({ seq }) => !living.has(seq ?? null)).map(({ seq }) => Number(seq));
}
