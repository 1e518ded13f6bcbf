import type { DatabaseSync } from 'node:sqlite';
import type { Segment } from '../event-log.ts';
import { afterPruning, nextToPrune, sealedLeaves, superseded } from '../prune.ts';
import type { LogState } from '../state.ts';
import { transact } from './database.ts';
import { LAST_EVENTS, readTexts } from './read.ts';

/**
 * Gives up a segment's events, but for those that say what lives, and keeps its leaf hashes.
 * @throws LogDamaged where its events are not those that were sealed; RangeError where it isn't its turn.
 */
export function pruneSegment(database: DatabaseSync, state: LogState, { last }: Segment): LogState {
  const segment = nextToPrune(state, last);
  transact(database, () => {
    const leaves = sealedLeaves(segment, [...readTexts(database, segment)]);
    database.prepare('INSERT INTO archives VALUES (?, ?)').run(last, leaves);
    const forget = database.prepare('DELETE FROM events WHERE seq = ?');
    for (const seq of supersededUpTo(database, last)) forget.run(seq);
  });
  return afterPruning(state, segment);
}

function supersededUpTo(database: DatabaseSync, last: number): readonly number[] {
  const ends = database.prepare(LAST_EVENTS).all(last);
  const all = database.prepare('SELECT seq FROM events WHERE seq <= ? ORDER BY seq').all(last);
  return superseded(
    all.map(({ seq }) => Number(seq)),
    ends.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) })),
  );
}
