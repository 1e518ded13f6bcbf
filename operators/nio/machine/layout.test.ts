import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALIGNMENT, divide, RESERVED, smallestDisk } from './layout.ts';

const GB = 1e9;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

test.each([
  ['a card of 16 GB', 16 * GB, { boot: 512 * MiB, system: 8 * GiB }],
  ['an SSD of 64 GB', 64 * GB, { boot: 610 * MiB, system: 12_799_967_232 }],
  ['an SSD of 100 GB', 100 * GB, { boot: 953 * MiB, system: 19_999_490_048 }],
  ['a disk of 2 TB', 2000 * GB, { boot: GiB, system: 19_999_490_048 }],
])('%s', (_, bytes, expected) => {
  expect(divide(bytes)).toMatchObject(expected);
});

test('a disk that is too small is not divided, and one byte more is', () => {
  expect(divide(smallestDisk() - 1)).toBeUndefined();
  expect(divide(smallestDisk())).toEqual({ boot: 512 * MiB, system: 8 * GiB, pool: GiB });
  expect(divide(0)).toBeUndefined();
  expect(divide(Number.NaN)).toBeUndefined();
});

test('a closure that needs more than a fifth gets what it needs', () => {
  expect(divide(64 * GB, 30 * GiB)?.system).toBe(30 * GiB);
});

const disk = fc.record({
  bytes: fc.integer({ min: 0, max: 2 ** 52 }),
  needed: fc.integer({ min: 1, max: 2 ** 36 }),
});

test('the partitions lie on the disk, are aligned, and leave less than one alignment unused', () => {
  fc.assert(
    fc.property(disk, ({ bytes, needed }) => {
      const sizes = divide(bytes, needed);
      if (!sizes) return bytes < smallestDisk(needed);
      const { boot, system, pool } = sizes;
      const left = bytes - RESERVED - boot - system - pool;
      return left >= 0 && left < ALIGNMENT && [boot, system, pool].every((size) => size % ALIGNMENT === 0);
    }),
  );
});

test('the system is a fifth, at most 20 GB and at least what is needed; booting and data have their bounds', () => {
  fc.assert(
    fc.property(disk, ({ bytes, needed }) => {
      const sizes = divide(bytes, needed);
      if (!sizes) return true;
      const { boot, system, pool } = sizes;
      const most = Math.max(Math.min(bytes / 5, 20 * GB), needed + ALIGNMENT);
      return system >= needed && system <= most && boot >= 512 * MiB && boot <= GiB && pool >= GiB;
    }),
  );
});

test('a larger disk never has less of anything', () => {
  fc.assert(
    fc.property(disk, fc.integer({ min: 0, max: 2 ** 40 }), ({ bytes, needed }, more) => {
      const [small, large] = [divide(bytes, needed), divide(bytes + more, needed)];
      if (!small) return true;
      return large !== undefined && large.boot >= small.boot && large.system >= small.system;
    }),
  );
});
