import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '@hearth/runtime';
import { type Appended, type EventLog, Pruned } from '../event-log.ts';
import { createGroup } from '../group.ts';
import { draft } from '../row.ts';
import { type Append, createWriteAppends } from './append.ts';
import { onFile, openReader, openWriter, readSlowly, transact } from './database.ts';
import { findDamage, readParts } from './evidence.ts';
import { readProof, readRoot } from './proofs.ts';
import { pruneSegment } from './prune.ts';
import { readEvents, readLast, readPlaces, readStates, readTexts } from './read.ts';
import { type LogState, prepareFile, recover } from './recover.ts';

/** How a log is kept. */
export interface SqliteLogOptions {
  readonly clock?: Clock;
  /** Events in a segment, a power of two. Of a log that exists, what it was made with counts. */
  readonly segmentSize?: number;
}

/** Milliseconds between two commits. */
const GROUP_WINDOW = 5;

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

/** The one who writes, and what is known of the log by that. */
interface Writing extends Pick<EventLog, 'append' | 'onAppend' | 'prune'> {
  state(): LogState;
  /** Commits what waits. */
  flush(): void;
}

function createWriting(path: string, writer: DatabaseSync, recovered: LogState, clock: Clock): Writing {
  let state = recovered;
  const listeners = new Set<(appended: Appended) => void>();
  const tellAll = (appended: Appended) => {
    for (const tell of listeners) tell(appended);
  };
  const writeAppends = createWriteAppends(writer);

  function commit(appends: readonly Append[]): readonly Appended[] {
    const time = clock.now().toISOString();
    const first = state.extent.tree.size + 1;
    const written = onFile(path, () => transact(writer, () => writeAppends(state, appends, time)));
    state = written.state;
    const last = state.extent.tree.size;
    // Later, so that whoever listens can't make it look as if this had failed.
    if (last >= first) queueMicrotask(() => tellAll({ first, last }));
    return written.appended;
  }
  const group = createGroup(clock, GROUP_WINDOW, commit);

  return {
    state: () => state,
    flush: group.flush,
    append: async (changes, cursor) => group.add({ drafts: changes.map(draft), cursor }),
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async prune(segment) {
      state = onFile(path, () => pruneSegment(writer, state, segment));
    },
  };
}

function logOn(path: string, writer: DatabaseSync, recovered: LogState, clock: Clock): EventLog {
  const { state, flush, ...writing } = createWriting(path, writer, recovered, clock);
  const reader = openReader(path);
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
        refusePruned(at + 1, state());
        return readStates(database, at);
      }),
    last: async (iri, at = state().extent.tree.size) =>
      read((database, now) => {
        refusePruned(at + 1, now);
        return readLast(database, iri, at);
      }),
    places: async () => read(readPlaces),
    texts: (segment) =>
      readSlowly(path, (database) => {
        refusePruned(segment.first, state());
        return readTexts(database, segment);
      }),
    root: async (size) => read((database, now) => readRoot(database, now, size)),
    prove: async (seq, size, count = 1) =>
      read((database, now) => readProof(database, now, { seq, count, size })),
    parts: () => readSlowly(path, readParts),
    damage: async () => findDamage(path),
    async close() {
      if (!writer.isOpen) return;
      flush();
      reader.close();
      writer.close();
    },
  };
}

/** @throws Pruned where the events from `first` on are not all there. */
function refusePruned(first: number, { pruned }: LogState): void {
  if (first <= pruned) throw new Pruned(pruned);
}
