import type { Extent } from '@hearth/domain';
import { bytesOf, CURSORS, cursorOf, SEGMENTS, segmentOf } from '../columns.ts';
import { LogDamaged, type Segment } from '../event-log.ts';
import {
  afterRow,
  afterSegments,
  cursorsOf,
  type LogState,
  prunedUpTo,
  type StoredCursor,
} from '../state.ts';
import { type Connection, SNAPSHOT, transact } from './connection.ts';
import { rowsOf } from './readers.ts';
import { SCHEMA, SCHEMA_NAME, SCHEMA_VERSION } from './schema.ts';

/** Makes the tables where there is nothing of a log, not where its tables have been lost. */
export async function prepareDatabase(connection: Connection, segmentSize: number): Promise<void> {
  const [encoding] = await connection.query('SHOW server_encoding');
  if (encoding?.server_encoding !== 'UTF8') {
    throw new Error(`the log needs a database in UTF8, this one is in ${encoding?.server_encoding}`);
  }
  const [found] = await connection.query('SELECT to_regnamespace($1) IS NOT NULL AS there', [SCHEMA_NAME]);
  if (found?.there === true) return;
  await transact(connection, async () => {
    await connection.query(SCHEMA);
    await connection.query('INSERT INTO format (version, segment_size) VALUES ($1, $2)', [
      SCHEMA_VERSION,
      segmentSize,
    ]);
  });
}

/**
 * Reads what there is, and checks what was written since the last seal.
 * @throws LogDamaged where that is not as it was written.
 */
export const recover = (connection: Connection): Promise<LogState> =>
  transact(connection, () => readState(connection), SNAPSHOT);

async function readState(connection: Connection): Promise<LogState> {
  const [format] = await connection.query('SELECT version, segment_size FROM format');
  if (format?.version !== SCHEMA_VERSION) {
    throw new LogDamaged(`the log has format ${format?.version}, this version reads ${SCHEMA_VERSION}`);
  }
  const segments = await readSegments(connection);
  const extent = await readTail(connection, afterSegments(segments));
  return {
    segmentSize: Number(format.segment_size),
    extent,
    segments,
    cursors: cursorsOf(await readCursors(connection), extent.tree.size),
    pruned: prunedUpTo(segments),
  };
}

/** The sealed segments. */
export const readSegments = async (connection: Connection): Promise<readonly Segment[]> =>
  (await connection.query(SEGMENTS)).map(segmentOf);

async function readTail(connection: Connection, sealed: Extent): Promise<Extent> {
  let extent = sealed;
  const rows = rowsOf(connection, 'SELECT seq, event, hash FROM events WHERE seq > $1 ORDER BY seq', [
    sealed.tree.size,
  ]);
  for await (const { seq, event, hash } of rows) {
    extent = afterRow(extent, { seq: Number(seq), text: String(event), hash: bytesOf(hash) });
  }
  return extent;
}

/** The cursors as they are stored. */
export const readCursors = async (connection: Connection): Promise<readonly StoredCursor[]> =>
  (await connection.query(CURSORS)).map(cursorOf);
