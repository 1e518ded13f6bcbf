import type { DatabaseSync } from 'node:sqlite';
import { type Range, rootOf } from '@hearth/domain';
import { bytesOf } from '../columns.ts';
import type { Segment } from '../event-log.ts';
import { type Claim, leavesIn, pathOf, piecesOf, rangeOf, rootOfPieces, type Stretch } from '../proofs.ts';
import { leafOf } from '../row.ts';
import { sha256 } from '../sha256.ts';
import type { LogState } from '../state.ts';

/** The Merkle root of the first `size` events, of all if not given. @throws RangeError where there are fewer. */
export function readRoot(database: DatabaseSync, state: LogState, size?: number): Uint8Array {
  const range = rangeOf(state, size);
  const { tree } = state.extent;
  return range.to === tree.size ? rootOf(sha256, tree) : rangeRoot(database, state, range);
}

/** The hashes that prove events to be among the first `size`. @throws RangeError where they aren't, or no subtree. */
export const readProof = (database: DatabaseSync, state: LogState, claim: Claim): readonly Uint8Array[] =>
  pathOf(state, claim).map((range) => rangeRoot(database, state, range));

function rangeRoot(database: DatabaseSync, state: LogState, range: Range): Uint8Array {
  const pieces = piecesOf(state, range).map((piece) =>
    'whole' in piece ? piece : { leaves: leavesOf(database, piece.stretch) },
  );
  return rootOfPieces(pieces, state);
}

function leavesOf(database: DatabaseSync, stretch: Stretch): readonly Uint8Array[] {
  const { segment, from, to } = stretch;
  if (segment?.pruned === true) return leavesIn(archivedLeaves(database, segment), stretch);
  const rows = database.prepare('SELECT event FROM events WHERE seq > ? AND seq <= ? ORDER BY seq');
  return rows.all(from, to).map(({ event }) => leafOf(String(event)));
}

/** The leaf hashes that are kept of a pruned segment, one behind the other. */
export const archivedLeaves = (database: DatabaseSync, { last }: Pick<Segment, 'last'>): Uint8Array =>
  bytesOf(database.prepare('SELECT leaves FROM archives WHERE last = ?').get(last)?.leaves);
