import { emptyFrontier, grow, rootOf, type SinkEvent, sameBytes } from '@hearth/domain';
import { LogDamaged, type Segment } from './event-log.ts';
import { leafOf } from './row.ts';
import { sha256 } from './sha256.ts';
import { isState, type LogState } from './state.ts';

/** The segment that is pruned next. @throws RangeError where it is not the one that ends with `last`. */
export function nextToPrune({ segments }: LogState, last: number): Segment {
  const segment = segments.find(({ pruned }) => !pruned);
  if (segment?.last !== last)
    throw new RangeError(`the segment up to event ${last} is not the next to prune`);
  return segment;
}

/** The leaf hashes of a segment's events, one behind the other. @throws LogDamaged where they are not those sealed. */
export function sealedLeaves({ first, last, root }: Segment, texts: readonly string[]): Uint8Array {
  const leaves = texts.map(leafOf);
  const tree = leaves.reduce((grown, leaf) => grow(sha256, grown, leaf), emptyFrontier);
  if (!sameBytes(rootOf(sha256, tree), root)) {
    throw new LogDamaged(`events ${first} to ${last} are not those that were sealed: they are kept`);
  }
  return Buffer.concat(leaves);
}

/** The event after which nothing of a resource is known, by its number and JSON. */
interface End {
  readonly seq: number;
  readonly text: string;
}

/**
 * The events that don't say what lives, from the oldest on: each has what supersedes it still behind it.
 * @param all the numbers of the events that are there
 * @param ends the last one of each resource
 */
export function superseded(all: readonly number[], ends: readonly End[]): readonly number[] {
  const living = new Set(
    ends.filter(({ text }) => isState(JSON.parse(text) as SinkEvent)).map(({ seq }) => seq),
  );
  return all.filter((seq) => !living.has(seq));
}

/** The log when the segment is pruned. */
export const afterPruning = (state: LogState, segment: Segment): LogState => ({
  ...state,
  segments: state.segments.map((other) => (other === segment ? { ...segment, pruned: true } : other)),
  pruned: segment.last,
});
