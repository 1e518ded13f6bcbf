import { emptyFrontier, grow, type Range, rootOf, siblings } from '@hearth/domain';
import type { Segment } from './event-log.ts';
import { sha256 } from './sha256.ts';
import type { LogState } from './state.ts';

/** Events whose leaf hashes are needed: they lie in one segment, or behind the last. */
export interface Stretch extends Range {
  readonly segment: Segment | undefined;
}

/** What a subtree consists of: whole segments, by their roots, and the stretches at its ends. */
export type Piece = { readonly whole: Segment } | { readonly stretch: Stretch };

/** The first `size` events, or all. @throws RangeError where there are fewer. */
export function rangeOf({ extent }: LogState, size = extent.tree.size): Range {
  if (size > extent.tree.size) throw new RangeError(`the log has ${extent.tree.size} events, not ${size}`);
  return { from: 0, to: size };
}

/** Events that are to be proven. */
export interface Claim {
  readonly seq: number;
  readonly count: number;
  /** How many the tree has. */
  readonly size: number;
}

/** The subtrees whose roots prove events to be in a tree. @throws RangeError where they aren't, or are no subtree. */
export function pathOf({ extent }: LogState, { seq, count, size }: Claim): readonly Range[] {
  const isThere = seq >= 1 && seq + count - 1 <= size && size <= extent.tree.size;
  const isSubtree = Number.isInteger(Math.log2(count)) && (seq - 1) % count === 0;
  if (!isThere || !isSubtree) {
    throw new RangeError(
      `${count} events from ${seq} on are no subtree of ${size}: the log has ${extent.tree.size}`,
    );
  }
  return siblings(seq - 1, size, count);
}

/** What has to be read for the root of a subtree. */
export function piecesOf({ segments, segmentSize }: LogState, { from, to }: Range): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let next = from; next < to; ) {
    const segment = segments[Math.floor(next / segmentSize)];
    const end = Math.min(to, segment?.last ?? to);
    const isWhole = segment !== undefined && next === segment.first - 1 && end === segment.last;
    pieces.push(isWhole ? { whole: segment } : { stretch: { segment, from: next, to: end } });
    next = end;
  }
  return pieces;
}

/** A piece whose leaves were read. */
export type ReadPiece = { readonly whole: Segment } | { readonly leaves: readonly Uint8Array[] };

/** The root of a subtree. */
export function rootOfPieces(pieces: readonly ReadPiece[], { segmentSize }: LogState): Uint8Array {
  const tree = pieces.reduce(
    (grown, piece) =>
      'whole' in piece
        ? grow(sha256, grown, piece.whole.root, segmentSize)
        : piece.leaves.reduce((more, leaf) => grow(sha256, more, leaf), grown),
    emptyFrontier,
  );
  return rootOf(sha256, tree);
}

/** The leaf hashes out of those of a whole segment, as they are kept of a pruned one. */
export function leavesIn(archived: Uint8Array, { segment, from, to }: Stretch): readonly Uint8Array[] {
  const offset = (segment?.first ?? 1) - 1;
  return splitLeaves(archived).slice(from - offset, to - offset);
}

/** Leaf hashes that are kept one behind the other. */
export const splitLeaves = (leaves: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: leaves.length / 32 }, (_, index) => leaves.slice(32 * index, 32 * (index + 1)));
