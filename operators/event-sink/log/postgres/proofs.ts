import { type Range, rootOf } from '@hearth/domain';
import { bytesOf } from '../columns.ts';
import {
  type Claim,
  leavesIn,
  pathOf,
  piecesOf,
  type ReadPiece,
  rangeOf,
  rootOfPieces,
  type Stretch,
} from '../proofs.ts';
import { leafOf } from '../row.ts';
import { sha256 } from '../sha256.ts';
import type { LogState } from '../state.ts';
import type { Connection } from './connection.ts';

/** The Merkle root of the first `size` events, of all if not given. @throws RangeError where there are fewer. */
export async function readRoot(connection: Connection, state: LogState, size?: number): Promise<Uint8Array> {
  const range = rangeOf(state, size);
  const { tree } = state.extent;
  return range.to === tree.size ? rootOf(sha256, tree) : rangeRoot(connection, state, range);
}

/** The hashes that prove events to be among the first `size`. @throws RangeError where they aren't, or no subtree. */
export async function readProof(
  connection: Connection,
  state: LogState,
  claim: Claim,
): Promise<readonly Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of pathOf(state, claim)) hashes.push(await rangeRoot(connection, state, range));
  return hashes;
}

async function rangeRoot(connection: Connection, state: LogState, range: Range): Promise<Uint8Array> {
  const pieces: ReadPiece[] = [];
  for (const piece of piecesOf(state, range)) {
    pieces.push('whole' in piece ? piece : { leaves: await leavesOf(connection, piece.stretch) });
  }
  return rootOfPieces(pieces, state);
}

/** Whether a segment is pruned, what is read says: it may have been since the state was known. */
async function leavesOf(connection: Connection, stretch: Stretch): Promise<readonly Uint8Array[]> {
  const { segment, from, to } = stretch;
  const archived = segment && (await readArchived(connection, segment.last));
  if (archived !== undefined) return leavesIn(archived, stretch);
  const rows = await connection.query('SELECT event FROM events WHERE seq > $1 AND seq <= $2 ORDER BY seq', [
    from,
    to,
  ]);
  return rows.map(({ event }) => leafOf(String(event)));
}

/** The leaf hashes that are kept of the segment up to `last`, one behind the other; undefined if it is not pruned. */
export async function readArchived(connection: Connection, last: number): Promise<Uint8Array | undefined> {
  const [row] = await connection.query('SELECT leaves FROM archives WHERE last = $1', [last]);
  return row && bytesOf(row.leaves);
}
