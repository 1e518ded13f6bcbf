import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '@hearth/runtime';
import type { EventLog } from '../event-log.ts';
import { tellingDamage } from '../evidence.ts';
import { type LogState, refusePruned } from '../state.ts';
import { createWriting, type Storage } from '../writing.ts';
import { createWritePlan } from './append.ts';
import { onFile, openReader, openWriter, readSlowly, transact } from './database.ts';
import { findDamage, readParts } from './evidence.ts';
import { readProof, readRoot } from './proofs.ts';
import { pruneSegment } from './prune.ts';
import { readEvents, readLast, readPlaces, readStates, readTexts } from './read.ts';
import { prepareFile, recover } from './recover.ts';

/** How a log is kept. */
export interface SqliteLogOptions {
  readonly clock?: Clock;
  /** Events in a segment, a power of two. Of a log that exists, what it was made with counts. */
  readonly segmentSize?: number;
}

/** So many are sealed, archived and pruned within some tenths of a second, in which nothing is recorded. */
const SEGMENT_SIZE = 2 ** 12;

/**
 * The log in a SQLite file of this process, made where there is none. It must be on a local file system.
 * @throws LogDamaged where what was written last is not as it was written; LogFull where there is no room to open it.
 */
export function openSqliteLog(path: string, options: SqliteLogOptions = {}): EventLog {
  return onFile(path, () => open(path, options));
}

function open(path: string, { clock = systemClock, segmentSize = SEGMENT_SIZE }: SqliteLogOptions): EventLog {
  const writer = openWriter(path);
  try {
    prepareFile(writer, segmentSize);
    return logOn(path, writer, recover(writer), clock);
  } catch (error) {
    writer.close();
    throw error;
  }
}

function logOn(path: string, writer: DatabaseSync, recovered: LogState, clock: Clock): EventLog {
  const writePlan = createWritePlan(writer);
  const storage: Storage = {
    write: (plan) => onFile(path, () => transact(writer, () => writePlan(plan))),
    prune: (state, segment) => onFile(path, () => pruneSegment(writer, state, segment)),
  };
  const { state, settle, ...writing } = createWriting(recovered, storage, clock);
  const reader = openReader(path);
  let closed: Promise<void> | undefined;
  const read = <T>(how: (database: DatabaseSync, state: LogState) => T): T =>
    onFile(path, () => how(reader, state()));

  return {
    ...writing,
    cursors: () => state().cursors,
    head: () => ({ seq: state().extent.tree.size, hash: state().extent.hash, pruned: state().pruned }),
    segments: () => state().segments,
    read: async (query) => read((database, { pruned }) => readEvents(database, pruned, query)),
    states: (at = state().extent.tree.size) =>
      readSlowly(path, (database) => {
        refusePruned(at + 1, state().pruned);
        return readStates(database, at);
      }),
    last: async (iri, at = state().extent.tree.size) =>
      read((database, now) => {
        refusePruned(at + 1, now.pruned);
        return readLast(database, iri, at);
      }),
    places: async () => read(readPlaces),
    texts: (segment) =>
      readSlowly(path, (database) => {
        refusePruned(segment.first, state().pruned);
        return readTexts(database, segment);
      }),
    root: async (size) => read((database, now) => readRoot(database, now, size)),
    prove: async (seq, size, count = 1) =>
      read((database, now) => readProof(database, now, { seq, count, size })),
    parts: () => tellingDamage(readSlowly(path, readParts)),
    damage: async () => findDamage(path),
    close() {
      closed ??= settle().then(() => {
        reader.close();
        writer.close();
      });
      return closed;
    },
  };
}
