import { joinBytes } from './bytes.ts';
import { emptyFrontier, type Frontier, grow, type Sha256 } from './merkle.ts';

/** What there is to know of a log's events so that it can go on. */
export interface Extent {
  /** Of the last event: SHA-256 of the hash before it and of its leaf hash. */
  readonly hash: Uint8Array;
  /** Of all events; its size is the number of the last one. */
  readonly tree: Frontier;
  /** Of the events since the last seal. */
  readonly segment: Frontier;
}

/** Of a log without events. */
export const emptyExtent: Extent = {
  hash: new Uint8Array(32),
  tree: emptyFrontier,
  segment: emptyFrontier,
};

/** A log with one more event. */
export const extend = (sha256: Sha256, { hash, tree, segment }: Extent, leaf: Uint8Array): Extent => ({
  hash: sha256(joinBytes(hash, leaf)),
  tree: grow(sha256, tree, leaf),
  segment: grow(sha256, segment, leaf),
});

/** A log whose last segment is sealed. */
export const seal = (extent: Extent): Extent => ({ ...extent, segment: emptyFrontier });

/** Whether an event's text says that it is that one. The number is its first field. */
export const isNumbered = (text: string, seq: number): boolean => text.startsWith(`{"seq":${seq},`);
