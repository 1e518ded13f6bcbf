import {
  type Extent,
  emptyExtent,
  emptyFrontier,
  extend,
  grow,
  kindName,
  relativeIri,
  type SinkEvent,
  sameBytes,
  utf8,
} from '@hearth/domain';
import { type Cursor, LogDamaged, Pruned, type Segment } from './event-log.ts';
import { leafOf, type Row } from './row.ts';
import { sha256 } from './sha256.ts';

/** What a writer keeps in memory: it follows from what is stored. */
export interface LogState {
  readonly segmentSize: number;
  readonly extent: Extent;
  readonly segments: readonly Segment[];
  readonly cursors: ReadonlyMap<string, string>;
  readonly pruned: number;
}

/** A log of which only what is sealed was read. */
export function afterSegments(segments: readonly Segment[]): Extent {
  const tree = segments.reduce(
    (grown, { first, last, root }) => grow(sha256, grown, root, last - first + 1),
    emptyFrontier,
  );
  return { ...emptyExtent, hash: segments.at(-1)?.hash ?? emptyExtent.hash, tree };
}

/** A log with one more event that was stored. @throws LogDamaged where it is not the next one. */
export function afterRow(log: Extent, { seq, text, hash }: Pick<Row, 'seq' | 'text' | 'hash'>): Extent {
  const extended = extend(sha256, log, leafOf(text));
  if (seq !== extended.tree.size || !sameBytes(hash, extended.hash)) {
    throw new LogDamaged(`event ${extended.tree.size} of the log is missing or was changed`);
  }
  return extended;
}

/** A cursor as it is stored. */
export interface StoredCursor extends Cursor {
  /** The last event when it was stored. */
  readonly seq: number;
  readonly digest: Uint8Array;
}

/** Stands beside a cursor, so that a changed one is found: to go on at the wrong place would miss changes. */
export const cursorDigest = ({ of, resourceVersion }: Cursor, seq: number): Uint8Array =>
  sha256(utf8(JSON.stringify([of, resourceVersion, seq])));

/** What is wrong with stored cursors, in sentences. */
export const wrongCursors = (cursors: readonly StoredCursor[], lastEvent: number): readonly string[] =>
  cursors.flatMap(({ seq, digest, ...cursor }) => {
    if (!sameBytes(digest, cursorDigest(cursor, seq))) return [`the cursor of ${cursor.of} was changed`];
    if (seq > lastEvent) return [`the log ends at event ${lastEvent}, but event ${seq} was recorded`];
    return [];
  });

/** Where watches go on. @throws LogDamaged where a cursor can't be. */
export function cursorsOf(cursors: readonly StoredCursor[], lastEvent: number): ReadonlyMap<string, string> {
  const [wrong] = wrongCursors(cursors, lastEvent);
  if (wrong !== undefined) throw new LogDamaged(wrong);
  return new Map(cursors.map(({ of, resourceVersion }) => [of, resourceVersion]));
}

/** The last event that was pruned. */
export const prunedUpTo = (segments: readonly Segment[]): number =>
  segments.findLast(({ pruned }) => pruned)?.last ?? 0;

/** @throws Pruned where the events from `first` on are not all there. */
export function refusePruned(first: number, pruned: number): void {
  if (first <= pruned) throw new Pruned(pruned);
}

/** Whether after such an event there is a resource. */
export const isState = ({ type }: Pick<SinkEvent, 'type'>): boolean =>
  type === 'added' || type === 'modified';

/** Whether an event is filed under the names that it has. */
export function isFiled({ text, iri, kind }: Pick<Row, 'text' | 'iri' | 'kind'>): boolean {
  try {
    const { resource }: SinkEvent = JSON.parse(text);
    return relativeIri(resource) === iri && kindName(resource) === kind;
  } catch {
    // It is no event any more; that, the chain says.
    return true;
  }
}
