/** Chance that repeats itself: the same seed gives the same values everywhere. */
export interface Random {
  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** How long until the next of what comes every `mean` on average, whenever it came last (a Poisson process). */
  wait(mean: number): number;
  /** Another stream of values, which stays the same however often this one is asked. */
  fork(name: string): Random;
}

/** Chance as the seed wants it. */
export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[below(items.length)] as T;
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
    fork: (name) => createRandom(mix(seed, name)),
  };
}

/** Tommy Ettinger's generator of 32 bits of state, as it is in common use; values from 0 up to 1. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a over a name, begun with the seed. */
const mix = (seed: number, name: string): number =>
  Buffer.from(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed ^ 0x811c9dc5);
