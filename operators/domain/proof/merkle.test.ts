import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyFrontier, type Frontier, grow, isIncluded, leafHash, rootOf, siblings } from './merkle.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The leaves, roots and paths with which implementations of Certificate Transparency are tested. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((entry) => Buffer.from(entry, 'hex'));
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = entries.map((entry) => leafHash(sha256, entry));
const treeOf = (hashes: readonly Uint8Array[]): Frontier =>
  hashes.reduce((tree, leaf) => grow(sha256, tree, leaf), emptyFrontier);
const rangeRoot = (hashes: readonly Uint8Array[], { from, to }: { from: number; to: number }) =>
  rootOf(sha256, treeOf(hashes.slice(from, to)));

test('a tree of nothing has the hash of nothing', () => {
  expect(hex(rootOf(sha256, emptyFrontier))).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test.each(roots.map((root, index) => [index + 1, root] as const))('the tree of %i leaves', (size, root) => {
  expect(hex(rangeRoot(leaves, { from: 0, to: size }))).toBe(root);
});

test.each([
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
])('leaf %i of %i is proven by its path', (index, size, path) => {
  expect(siblings(index, size).map((range) => hex(rangeRoot(leaves, range)))).toEqual(path);
});

test('a tree grows by whole subtrees as by leaves', () => {
  const pair = rangeRoot(leaves, { from: 4, to: 6 });
  const [four, six] = [treeOf(leaves.slice(0, 4)), treeOf(leaves.slice(0, 6))];
  expect(grow(sha256, four, pair, 2)).toEqual(six);
});

test.each([
  [0, 4, 8],
  [4, 4, 8],
  [4, 2, 7],
  [4, 2, 6],
  [0, 8, 8],
  [6, 1, 7],
])('a complete subtree is proven: from %i on, %i leaves of %i', (index, width, size) => {
  const proof = {
    index,
    width,
    size,
    node: rangeRoot(leaves, { from: index, to: index + width }),
    path: siblings(index, size, width).map((range) => rangeRoot(leaves, range)),
    root: rangeRoot(leaves, { from: 0, to: size }),
  };
  expect(isIncluded(sha256, proof)).toBe(true);
  expect(isIncluded(sha256, { ...proof, index: index + 1 })).toBe(false);
  expect(isIncluded(sha256, { ...proof, width: width * 2 })).toBe(false);
  expect(isIncluded(sha256, { ...proof, size: index + width - 1 })).toBe(false);
});

describe('whatever the size', () => {
  const tree = fc
    .integer({ min: 1, max: 200 })
    .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
  const proofOf = (size: number, index: number) => {
    const hashes = Array.from({ length: size }, (_, at) => leafHash(sha256, Buffer.from(`${at}`)));
    const path = siblings(index, size).map((range) => rangeRoot(hashes, range));
    const node = leafHash(sha256, Buffer.from(`${index}`));
    return { index, size, node, path, root: rangeRoot(hashes, { from: 0, to: size }) };
  };

  test('each leaf is proven', () => {
    fc.assert(fc.property(tree, ([size, index]) => isIncluded(sha256, proofOf(size, index))));
  });

  test('nothing else is', () => {
    fc.assert(
      fc.property(tree, ([size, index]) => {
        const proof = proofOf(size, index);
        const other = leafHash(sha256, Buffer.from('other'));
        const lies = [
          { ...proof, node: other },
          { ...proof, root: other },
          { ...proof, index: index + size },
          { ...proof, index: -1 },
          { ...proof, path: [...proof.path, other] },
          ...proof.path.map((_, at) => ({ ...proof, path: proof.path.with(at, other) })),
        ];
        return lies.every((lie) => !isIncluded(sha256, lie));
      }),
    );
  });
});
