import type { DatabaseSync } from 'node:sqlite';
import type { Plan } from '../plan.ts';

/** Prepares the statements by which events come into a database; what they write is to be one transaction. */
export function createWritePlan(database: DatabaseSync): (plan: Plan) => void {
  const insert = {
    event: database.prepare('INSERT INTO events (seq, iri, kind, event, hash) VALUES (?, ?, ?, ?, ?)'),
    segment: database.prepare('INSERT INTO segments (first, last, root, hash) VALUES (?, ?, ?, ?)'),
    cursor: database.prepare(
      `INSERT INTO cursors (kind, resource_version, seq, digest) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET resource_version = excluded.resource_version, seq = excluded.seq, digest = excluded.digest`,
    ),
  };
  return ({ writes, cursors }) => {
    for (const write of writes) {
      if ('row' in write) {
        const { seq, iri, kind, text, hash } = write.row;
        insert.event.run(seq, iri, kind, text, hash);
      } else {
        const { first, last, root, hash } = write.segment;
        insert.segment.run(first, last, root, hash);
      }
    }
    for (const { of, resourceVersion, seq, digest } of cursors) {
      insert.cursor.run(of, resourceVersion, seq, digest);
    }
  };
}
