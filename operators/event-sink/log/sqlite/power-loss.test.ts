import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { change, cursorAt } from '../testing/change.ts';
import { testLog } from '../testing/logs.ts';
import { smallDisk } from '../testing/small-disk.ts';
import { verifyLog } from '../verify.ts';
import { openSqliteLog } from './sqlite-log.ts';

/** What was acknowledged when the write-ahead log was so long. */
interface Acknowledged {
  readonly length: number;
  /** The last event. */
  readonly seq: number;
}

/** A log's files as a power cut finds them, and what had been acknowledged. */
interface Interrupted {
  readonly folder: string;
  readonly database: Buffer;
  readonly ahead: Buffer;
  /** The file once all that was ahead has been moved into it. */
  readonly settled: Buffer;
  readonly acknowledged: readonly Acknowledged[];
}

/** Writes twelve events in five transactions. Small pages make it possible to try every byte. */
async function interrupted(pageSize: number): Promise<Interrupted> {
  const { folder } = smallDisk('16m');
  const file = join(folder, 'log.db');
  const made = new DatabaseSync(file);
  made.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL`);
  made.close();
  const { log } = testLog(file);
  const acknowledged: Acknowledged[] = [];
  const note = () => acknowledged.push({ length: statSync(`${file}-wal`).size, seq: log.head().seq });
  note();
  for (const count of [3, 4, 1, 2, 2]) {
    const version = log.head().seq + 1;
    const changes = Array.from({ length: count }, (_, index) =>
      change({ name: 'abc'.charAt(index % 3), version: version + index }),
    );
    await log.append(changes, cursorAt(version + count - 1));
    note();
  }
  const [database, ahead] = [readFileSync(file), readFileSync(`${file}-wal`)];
  await log.close();
  return { folder, database, ahead, settled: readFileSync(file), acknowledged };
}

/** Opens what a power cut left: everything that had been acknowledged by then must be there, and nothing by halves. */
async function opensWhole(
  { folder, database, acknowledged }: Interrupted,
  ahead: Buffer,
  cut: number,
): Promise<void> {
  const copy = join(folder, 'copy.db');
  writeFileSync(copy, database);
  writeFileSync(`${copy}-wal`, ahead);
  const log = openSqliteLog(copy);
  try {
    const expected = acknowledged.findLast(({ length }) => length <= cut)?.seq;
    const cursor = log.cursors().get('apps.apps.hearth.dev') ?? '0';
    expect([log.head().seq, cursor], `cut at ${cut}`).toEqual([expected, `${expected}`]);
    const isBoundary = acknowledged.some(({ length }) => length === cut || length === cut + 1);
    if (isBoundary) expect((await verifyLog(log, [])).findings).toEqual([]);
  } finally {
    await log.close();
  }
}

test('power is lost at every byte of the last transactions', async () => {
  const left = await interrupted(512);
  const start = left.acknowledged.at(-3)?.length ?? 0;
  for (let cut = start; cut <= left.ahead.length; cut += 1) {
    await opensWhole(left, left.ahead.subarray(0, cut), cut);
  }
  expect(left.ahead.length - start).toBeGreaterThan(4000);
}, 240_000);

test.each<[string, (tail: Buffer) => Buffer]>([
  ['zeros', (tail) => Buffer.alloc(tail.length)],
  ['garbage', (tail) => Buffer.from(tail).reverse()],
  ['nothing', () => Buffer.alloc(0)],
])(
  'the disk leaves %s behind what it had synced',
  async (_, after) => {
    const left = await interrupted(4096);
    const start = left.acknowledged[0]?.length ?? 0;
    for (let cut = start; cut < left.ahead.length; cut += 601) {
      const tail = after(left.ahead.subarray(cut));
      await opensWhole(left, Buffer.concat([left.ahead.subarray(0, cut), tail]), cut);
    }
  },
  60_000,
);

test('power is lost while what is ahead is moved into the file', async () => {
  const left = await interrupted(4096);
  const { settled, ahead } = left;
  expect(settled.length).toBeGreaterThan(left.database.length);
  for (let moved = 0; moved <= settled.length; moved += 512) {
    const database = Buffer.concat([settled.subarray(0, moved), left.database.subarray(moved)]);
    await opensWhole({ ...left, database }, ahead, ahead.length);
  }
}, 60_000);
