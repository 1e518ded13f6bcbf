/** What a thread holds, in statements. */
export interface Room {
  /** That the graph says. */
  readonly live: number;
  /** That stand once more in the stores of those who may not see all. */
  readonly copied: number;
  /** That went since it was filled. Oxigraph keeps them: their room is not given back. */
  readonly gone: number;
}

/** When a store is built anew. */
export interface RoomLimits {
  /** How many statements have gone before it is worth it; more where much is in it, as it takes longer to build. */
  readonly rebuildAfter: number;
  /** How many statements, gone or not, may be in all stores at once. */
  readonly most: number;
}

/** How a store is built anew: beside the one in use, which answers meanwhile; or in its place, and all wait for it. */
type Renewal = 'not yet' | 'beside' | 'instead';

/**
 * When to build a store anew, and how. Beside the other it needs room for two; where there isn't, the one in use goes
 * first, but no sooner than it has to.
 */
export function renewalOf({ live, copied, gone }: Room, { rebuildAfter, most }: RoomLimits): Renewal {
  const worthPausing = Math.max(rebuildAfter, live / 4);
  const worthTwo = Math.max(rebuildAfter, live / 2);
  const two = 2 * live + copied + Math.max(gone, worthTwo);
  if (two <= most) return gone >= worthTwo ? 'beside' : 'not yet';
  return gone >= worthPausing && live + copied + gone >= most ? 'instead' : 'not yet';
}

/** Bytes that a statement takes in Oxigraph 0.5, whether it is there or gone (measured with Apps of 55 statements). */
export const BYTES_PER_STATEMENT = 320;
