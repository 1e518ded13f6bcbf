import type { DatabaseSync } from 'node:sqlite';
import { emptyFrontier, grow, type Range, rootOf, siblings } from '@hearth/domain';
import type { Segment } from '../event-log.ts';
import { leafOf } from '../row.ts';
import { sha256 } from '../sha256.ts';
import { bytesOf } from './database.ts';
import type { LogState } from './recover.ts';

/** The Merkle root of the first `size` events, of all if not given. @throws RangeError where there are fewer. */
export function readRoot(database: DatabaseSync, state: LogState, size?: number): Uint8Array {
  const { tree } = state.extent;
  if (size === undefined || size === tree.size) return rootOf(sha256, tree);
  if (size > tree.size) throw new RangeError(`the log has ${tree.size} events, not ${size}`);
  return rangeRoot(database, state, { from: 0, to: size });
}

/** Events that are to be proven. */
interface Claim {
  readonly seq: number;
  readonly count: number;
  /** How many the tree has. */
  readonly size: number;
}

/** The hashes that prove events to be among the first `size`. @throws RangeError where they aren't, or no subtree. */
export function readProof(
  database: DatabaseSync,
  state: LogState,
  { seq, count, size }: Claim,
): readonly Uint8Array[] {
  const isThere = seq >= 1 && seq + count - 1 <= size && size <= state.extent.tree.size;
  const isSubtree = Number.isInteger(Math.log2(count)) && (seq - 1) % count === 0;
  if (!isThere || !isSubtree) {
    throw new RangeError(
      `${count} events from ${seq} on are no subtree of ${size}: the log has ${state.extent.tree.size}`,
    );
  }
  return siblings(seq - 1, size, count).map((range) => rangeRoot(database, state, range));
}

/** The root of a subtree, out of the roots of whole segments and the leaves at its ends. */
function rangeRoot(
  database: DatabaseSync,
  { segments, segmentSize }: LogState,
  { from, to }: Range,
): Uint8Array {
  let tree = emptyFrontier;
  let next = from;
  while (next < to) {
    const segment = segments[Math.floor(next / segmentSize)];
    const end = Math.min(to, segment?.last ?? to);
    if (segment !== undefined && next === segment.first - 1 && end === segment.last) {
      tree = grow(sha256, tree, segment.root, segmentSize);
    } else {
      for (const leaf of leavesOf(database, segment, { from: next, to: end }))
        tree = grow(sha256, tree, leaf);
    }
    next = end;
  }
  return rootOf(sha256, tree);
}

/** The leaf hashes of events that lie in one segment, or behind the last. */
function leavesOf(
  database: DatabaseSync,
  segment: Segment | undefined,
  { from, to }: Range,
): readonly Uint8Array[] {
  if (segment?.pruned === true) {
    return archivedLeaves(database, segment).slice(from - segment.first + 1, to - segment.first + 1);
  }
  const rows = database.prepare('SELECT event FROM events WHERE seq > ? AND seq <= ? ORDER BY seq');
  return rows.all(from, to).map(({ event }) => leafOf(String(event)));
}

/** The leaf hashes that are kept of a pruned segment. */
export function archivedLeaves(
  database: DatabaseSync,
  { last }: Pick<Segment, 'last'>,
): readonly Uint8Array[] {
  const leaves = bytesOf(database.prepare('SELECT leaves FROM archives WHERE last = ?').get(last)?.leaves);
  return Array.from({ length: leaves.length / 32 }, (_, index) => leaves.slice(32 * index, 32 * (index + 1)));
}
