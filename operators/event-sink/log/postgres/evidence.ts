import type { LogPart } from '@hearth/domain';
import { bytesOf } from '../columns.ts';
import { LogDamaged, type Segment } from '../event-log.ts';
import { damageParts, wrongFiling } from '../evidence.ts';
import { splitLeaves } from '../proofs.ts';
import { wrongCursors } from '../state.ts';
import type { Connection, Row } from './connection.ts';
import { readArchived } from './proofs.ts';
import { rowsOf } from './readers.ts';
import { readCursors, readSegments } from './recover.ts';

/** All that is stored of the log at one moment, to be checked. */
export async function* readParts(connection: Connection): AsyncGenerator<LogPart> {
  let read = Number.MIN_SAFE_INTEGER;
  for (const segment of await readSegments(connection)) {
    if (segment.pruned) yield* prunedParts(connection, read, segment);
    else yield* eventParts(connection, read, segment.last);
    const { first, last, root, hash } = segment;
    yield { part: 'seal', first, last, root, hash };
    read = last;
  }
  yield* eventParts(connection, read, Number.MAX_SAFE_INTEGER);
  const [end] = await connection.query(
    'SELECT greatest((SELECT max(seq) FROM events), (SELECT max(last) FROM segments), 0) AS last',
  );
  yield* damageParts(wrongCursors(await readCursors(connection), Number(end?.last)));
}

const EVENTS = 'SELECT seq, iri, kind, event, hash FROM events WHERE seq > $1 AND seq <= $2 ORDER BY seq';

async function* eventParts(connection: Connection, after: number, last: number): AsyncGenerator<LogPart> {
  for await (const row of rowsOf(connection, EVENTS, [after, last])) {
    yield { part: 'event', seq: Number(row.seq), text: String(row.event), hash: bytesOf(row.hash) };
    yield* damageParts(misfiled(row));
  }
}

const misfiled = ({ seq, iri, kind, event }: Row): readonly string[] =>
  wrongFiling({ seq: Number(seq), text: String(event), iri: String(iri), kind: String(kind) });

async function* prunedParts(
  connection: Connection,
  after: number,
  segment: Segment,
): AsyncGenerator<LogPart> {
  const { first, last } = segment;
  const archived = await readArchived(connection, last);
  if (archived === undefined) throw new LogDamaged(`the leaf hashes of events ${first} to ${last} are gone`);
  const kept = await connection.query(EVENTS, [after, last]);
  yield {
    part: 'pruned',
    first,
    leaves: splitLeaves(archived),
    kept: kept.map(({ seq, event }) => ({ seq: Number(seq), text: String(event) })),
  };
  yield* damageParts(kept.flatMap(misfiled));
}
