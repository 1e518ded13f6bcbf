import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '@hearth/runtime';
import { type Appended, type EventLog, Pruned } from '../event-log.ts';
import { createGroup } from '../group.ts';
import { draft } from '../row.ts';
import { type Append, createWriteAppends } from './append.ts';
import { onFile, openReader, openWriter, transact } from './database.ts';
import { findDamage, readParts } from './evidence.ts';
import { readProof, readRoot } from './proofs.ts';
import { readEvents, readStates } from './read.ts';
import { type LogState, prepareFile, recover } from './recover.ts';

/** How a log is kept. */
export interface SqliteLogOptions {
  readonly clock?: Clock;
  /** Events in a segment, a power of two. Of a log that exists, what it was made with counts. */
  readonly segmentSize?: number;
}

/** Milliseconds between two commits. */
const GROUP_WINDOW = 5;

/** A segment of events of two kilobytes is a file of 32 MiB. */
const SEGMENT_SIZE = 2 ** 14;

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
  let state = recovered;
  const listeners = new Set<(appended: Appended) => void>();
  const tellAll = (appended: Appended) => {
    for (const tell of listeners) tell(appended);
  };
  const writeAppends = createWriteAppends(writer);
  const reader = openReader(path);

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
    append: async (changes, cursor) => group.add({ drafts: changes.map(draft), cursor }),
    cursors: () => state.cursors,
    head: () => ({ seq: state.extent.tree.size, hash: state.extent.hash, pruned: state.pruned }),
    read: async (query) => onFile(path, () => readEvents(reader, state.pruned, query)),
    states(at = state.extent.tree.size) {
      if (at < state.pruned) throw new Pruned(state.pruned);
      return readStates(reader, at);
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    root: async (size) => onFile(path, () => readRoot(reader, state, size)),
    prove: async (seq, size) => onFile(path, () => readProof(reader, state, seq, size)),
    parts: () => readParts(path),
    damage: async () => findDamage(path),
    async close() {
      if (!writer.isOpen) return;
      group.flush();
      reader.close();
      writer.close();
    },
  };
}
