import { joinBytes, sameBytes } from './bytes.ts';

/** Merkle trees over the rows of a log (RFC 6962, section 2.1). */

/** Makes the SHA-256 of bytes: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a row as a leaf of the tree. */
export const leafHash = (sha256: Sha256, entry: Uint8Array): Uint8Array => sha256(joinBytes(LEAF, entry));

const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(joinBytes(NODE, left, right));

/** The roots of the complete subtrees that a log of this size is made of, the largest first: enough to go on from. */
export interface Frontier {
  readonly size: number;
  readonly roots: readonly Uint8Array[];
}

/** Of a log without rows. */
export const emptyFrontier: Frontier = { size: 0, roots: [] };

/**
 * A log with one more leaf; or, given the root of a complete subtree, with as many as that is wide. The size must be a
 * multiple of the width, and the width a power of two.
 */
export function grow(sha256: Sha256, frontier: Frontier, root: Uint8Array, width = 1): Frontier {
  const roots = [...frontier.roots];
  let merged = root;
  for (let level = width; Math.floor(frontier.size / level) % 2 === 1; level *= 2) {
    merged = nodeHash(sha256, roots.pop() ?? merged, merged);
  }
  return { size: frontier.size + width, roots: [...roots, merged] };
}

/** The root of the tree. */
export const rootOf = (sha256: Sha256, { roots }: Frontier): Uint8Array =>
  roots.length === 0
    ? sha256(new Uint8Array())
    : roots.reduceRight((right, left) => nodeHash(sha256, left, right));

/** Leaves `from` up to, and without, `to`, counted from 0. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The subtrees whose roots prove that a leaf is in a tree of that size, from the leaf up; or, given a width, that a
 * complete subtree of that many leaves is.
 */
export function siblings(index: number, size: number, width = 1): readonly Range[] {
  const path: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > width) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      path.unshift({ from: middle, to });
      to = middle;
    } else {
      path.unshift({ from, to: middle });
      from = middle;
    }
  }
  return path;
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** Says that a leaf, or a complete subtree, is in a tree. */
export interface Inclusion {
  /** Of the leaf or the subtree's first one, counted from 0. */
  readonly index: number;
  /** How many leaves the subtree has; 1 if not given. */
  readonly width?: number;
  /** The leaf's hash, or the subtree's root. */
  readonly node: Uint8Array;
  /** The roots of its {@link siblings}. */
  readonly path: readonly Uint8Array[];
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether it is true. */
export function isIncluded(sha256: Sha256, { index, width = 1, node, path, size, root }: Inclusion): boolean {
  const isPlace = Number.isSafeInteger(index) && index >= 0 && index % width === 0 && index + width <= size;
  if (!isPlace) return false;
  const ranges = siblings(index, size, width);
  if (ranges.length !== path.length) return false;
  const reached = path.reduce((below, sibling, level) => {
    const isLeft = (ranges[level]?.from ?? 0) < index;
    return isLeft ? nodeHash(sha256, sibling, below) : nodeHash(sha256, below, sibling);
  }, node);
  return sameBytes(reached, root);
}
