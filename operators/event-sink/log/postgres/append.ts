import type { Segment } from '../event-log.ts';
import type { Plan } from '../plan.ts';
import type { Row } from '../row.ts';
import type { StoredCursor } from '../state.ts';
import type { Connection } from './connection.ts';

/** Events that come in one statement: they have no segment between them. */
const EVENTS = `
INSERT INTO events (seq, iri, kind, event, hash)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[])`;

const SEGMENT = 'INSERT INTO segments (first, last, root, hash) VALUES ($1, $2, $3, $4)';

const CURSORS = `
INSERT INTO cursors (kind, resource_version, seq, digest)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])
ON CONFLICT (kind) DO UPDATE
SET resource_version = excluded.resource_version, seq = excluded.seq, digest = excluded.digest`;

/** Writes a plan; within a transaction. */
export async function writePlan(connection: Connection, { writes, cursors }: Plan): Promise<void> {
  let rows: Row[] = [];
  for (const write of writes) {
    if ('row' in write) rows.push(write.row);
    else {
      await writeRows(connection, rows);
      rows = [];
      await writeSegment(connection, write.segment);
    }
  }
  await writeRows(connection, rows);
  await writeCursors(connection, cursors);
}

async function writeRows(connection: Connection, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await connection.query(EVENTS, [
    rows.map(({ seq }) => seq),
    rows.map(({ iri }) => iri),
    rows.map(({ kind }) => kind),
    rows.map(({ text }) => text),
    rows.map(({ hash }) => Buffer.from(hash)),
  ]);
}

const writeSegment = (connection: Connection, { first, last, root, hash }: Segment) =>
  connection.query(SEGMENT, [first, last, Buffer.from(root), Buffer.from(hash)]);

async function writeCursors(connection: Connection, cursors: readonly StoredCursor[]): Promise<void> {
  // A statement can't write one row twice: of each kind the last one counts.
  const last = [...new Map(cursors.map((cursor) => [cursor.of, cursor])).values()];
  if (last.length === 0) return;
  await connection.query(CURSORS, [
    last.map(({ of }) => of),
    last.map(({ resourceVersion }) => resourceVersion),
    last.map(({ seq }) => seq),
    last.map(({ digest }) => Buffer.from(digest)),
  ]);
}
