import { LogDamaged, type Segment } from './event-log.ts';
import type { StoredCursor } from './state.ts';

/** A row of a table; in both databases the tables have the same columns. */
type Columns = Readonly<Record<string, unknown>>;

/** Asks for the sealed segments, the oldest first. */
export const SEGMENTS =
  'SELECT first, last, root, hash, last IN (SELECT last FROM archives) AS pruned FROM segments ORDER BY last';

/** A row of `SEGMENTS`. @throws LogDamaged where it is none. */
export const segmentOf = ({ first, last, root, hash, pruned }: Columns): Segment => ({
  first: Number(first),
  last: Number(last),
  root: bytesOf(root),
  hash: bytesOf(hash),
  pruned: Boolean(pruned),
});

/** Asks for the cursors. */
export const CURSORS = 'SELECT kind, resource_version, seq, digest FROM cursors';

/** A row of `CURSORS`. @throws LogDamaged where it is none. */
export const cursorOf = ({ kind, resource_version, seq, digest }: Columns): StoredCursor => ({
  of: String(kind),
  resourceVersion: String(resource_version),
  seq: Number(seq),
  digest: bytesOf(digest),
});

/** A column of bytes. @throws LogDamaged where it holds something else. */
export function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new LogDamaged(`${typeof value} stands where bytes should`);
  return new Uint8Array(value);
}
