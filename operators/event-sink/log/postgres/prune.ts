import type { Segment } from '../event-log.ts';
import { afterPruning, nextToPrune, sealedLeaves, superseded } from '../prune.ts';
import type { LogState } from '../state.ts';
import { type Connection, transact } from './connection.ts';
import { LAST_EVENTS } from './read.ts';

/**
 * Gives up a segment's events, but for those that say what lives, and keeps its leaf hashes.
 * @throws LogDamaged where its events are not those that were sealed; RangeError where it isn't its turn.
 */
export async function pruneSegment(
  connection: Connection,
  state: LogState,
  { last }: Segment,
): Promise<LogState> {
  const segment = nextToPrune(state, last);
  await transact(connection, async () => {
    const rows = await connection.query('SELECT event FROM events WHERE seq BETWEEN $1 AND $2 ORDER BY seq', [
      segment.first,
      last,
    ]);
    const leaves = sealedLeaves(
      segment,
      rows.map(({ event }) => String(event)),
    );
    await connection.query('INSERT INTO archives (last, leaves) VALUES ($1, $2)', [last, leaves]);
    await forgetUpTo(connection, last);
  });
  return afterPruning(state, segment);
}

async function forgetUpTo(connection: Connection, last: number): Promise<void> {
  const rows = await connection.query(LAST_EVENTS, [last]);
  const ends = rows.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) }));
  const all = await connection.query('SELECT seq FROM events WHERE seq <= $1 ORDER BY seq', [last]);
  const gone = superseded(
    all.map(({ seq }) => Number(seq)),
    ends,
  );
  const isEnd = new Set(ends.map(({ seq }) => seq));
  // A statement deletes in whatever order: a deletion may go when nothing is left of what it buries.
  await forget(
    connection,
    gone.filter((seq) => !isEnd.has(seq)),
  );
  await forget(
    connection,
    gone.filter((seq) => isEnd.has(seq)),
  );
}

const forget = (connection: Connection, seqs: readonly number[]) =>
  connection.query('DELETE FROM events WHERE seq = ANY ($1::bigint[])', [seqs]);
