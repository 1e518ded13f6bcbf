import { type Clock, systemClock } from '@hearth/runtime';
import type { EventLog } from '../event-log.ts';
import { tellingDamage } from '../evidence.ts';
import { createWriting, type Storage } from '../writing.ts';
import { writePlan } from './append.ts';
import { type Connection, transact } from './connection.ts';
import { readParts } from './evidence.ts';
import { readProof, readRoot } from './proofs.ts';
import { pruneSegment } from './prune.ts';
import { readEvents, readLast, readPlaces, readStates, readTexts } from './read.ts';
import { createReaders } from './readers.ts';
import { prepareDatabase, recover } from './recover.ts';
import { openWriter } from './single-writer.ts';

/** How a log is kept. */
export interface PostgresLogOptions {
  readonly clock?: Clock;
  /** Events in a segment, a power of two. Of a log that exists, what it was made with counts. */
  readonly segmentSize?: number;
  /** Milliseconds to wait for another writer to end; 30 s if not given. */
  readonly patience?: number;
  /** Called when nothing can be written any more: the log must be opened again. */
  readonly onLost?: () => void;
  /** Called each time that the server can't be reached when the log is opened; it is tried again. */
  readonly onAway?: (error: unknown) => void;
}

/** As in SQLite: a log can be compared with one that is kept there. */
const SEGMENT_SIZE = 2 ** 12;
const PATIENCE = 30_000;

/**
 * The log in a PostgreSQL database, made where there is none. What it promises, it promises over a connection of its own
 * (a pooler that shares sessions can't be between). Once that is lost, whatever writes is refused: what became of the
 * last appends is known when the log is opened again.
 * @param url `postgresql://…`; may hold a password, so it is never told.
 * @throws LogDamaged where what was written last is not as it was written; NotTheWriter where another one writes.
 */
export async function openPostgresLog(url: string, options: PostgresLogOptions = {}): Promise<EventLog> {
  const { clock = systemClock, segmentSize = SEGMENT_SIZE, patience = PATIENCE, onLost, onAway } = options;
  const writer = await openWriter(url, { clock, patience, onLost, onAway });
  try {
    await prepareDatabase(writer, segmentSize);
    return await logOn(url, writer, clock);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function logOn(url: string, writer: Connection, clock: Clock): Promise<EventLog> {
  const storage: Storage = {
    write: (plan) => transact(writer, () => writePlan(writer, plan)),
    prune: (state, segment) => pruneSegment(writer, state, segment),
  };
  const { state, settle, ...writing } = createWriting(await recover(writer), storage, clock);
  const { read, readSlowly, ...readers } = createReaders(url);
  const end = () => state().extent.tree.size;
  let closed: Promise<void> | undefined;

  return {
    ...writing,
    cursors: () => state().cursors,
    head: () => ({ seq: end(), hash: state().extent.hash, pruned: state().pruned }),
    segments: () => state().segments,
    read: (query) => read((connection) => readEvents(connection, query)),
    states: (at = end()) => readSlowly((connection) => readStates(connection, at)),
    last: (iri, at = end()) => read((connection) => readLast(connection, iri, at)),
    places: () => read(readPlaces),
    texts: (segment) => readSlowly((connection) => readTexts(connection, segment)),
    root: (size) => read((connection) => readRoot(connection, state(), size)),
    prove: (seq, size, count = 1) =>
      read((connection) => readProof(connection, state(), { seq, count, size })),
    parts: () => tellingDamage(readSlowly(readParts)),
    // The files are the server's business.
    damage: async () => [],
    close() {
      closed ??= settle().then(async () => {
        await Promise.all([readers.close(), writer.close()]);
      });
      return closed;
    },
  };
}
