import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { archiveFile, archiveSegment, readArchive } from '../log/archive.ts';
import { makeCheckpoint } from '../log/checkpoint.ts';
import type { EventLog, Segment } from '../log/event-log.ts';
import { createNoteSigner } from '../log/sign.ts';
import { testFolder } from '../log/testing/folder.ts';
import { record, testLog } from '../log/testing/logs.ts';
import { verifyLog } from '../log/verify.ts';
import { type ArchiverParts, startArchiver } from './archiver.ts';
import { oldSegments } from './old-segments.ts';

const signer = createNoteSigner('hearth.example/log', generateKeyPairSync('ed25519').privateKey);
const key = signer.verifierKey;
const voucherOf = async (log: EventLog) => ({ checkpoint: await makeCheckpoint(log, signer), key });

/** Starts to archive, as often as its clock is advanced. */
function archiving(parts: Pick<ArchiverParts, 'log' | 'checkpoint' | 'folder'>) {
  const clock = fakeClock();
  const { stop } = startArchiver({ keep: 1, clock, logger: silentLog, ...parts });
  onTestFinished(stop);
  return {
    stop,
    /** Resolves when it has looked once more. */
    async look() {
      await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
      clock.advance(60_000);
      await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
    },
    /** Resolves when it has looked for the first time. */
    looked: () => vi.waitFor(() => expect(clock.pending()).toBe(1), 4000),
  };
}

test('what is sealed, old enough and vouched for goes, the oldest first', () => {
  const segment = (first: number, pruned = false): Segment => ({
    first,
    last: first + 3,
    root: new Uint8Array(),
    hash: new Uint8Array(),
    pruned,
  });
  const segments = [segment(1, true), segment(5), segment(9), segment(13)];
  const firsts = (keep: number, vouched: number) =>
    oldSegments(segments, { keep, vouched }).map(({ first }) => first);
  expect(firsts(1, 20)).toEqual([5, 9]);
  expect(firsts(1, 11)).toEqual([5]);
  expect(firsts(2, 20)).toEqual([5]);
  expect(firsts(9, 20)).toEqual([]);
});

test('old events go from the log into files that prove them, as the log is vouched for', async () => {
  const { log } = testLog();
  const folder = join(testFolder(), 'archive');
  let voucher: Awaited<ReturnType<typeof voucherOf>> | undefined;
  const archiver = archiving({ log, checkpoint: () => voucher, folder });
  await record(log, 'abababab');
  voucher = await voucherOf(log);
  await record(log, 'abababab', 9);
  await archiver.look();
  expect(log.head().pruned).toBe(8);
  voucher = await voucherOf(log);
  await archiver.look();
  expect(log.head().pruned).toBe(12);
  expect(readdirSync(folder)).toHaveLength(3);
  const archives = await Promise.all(readdirSync(folder).map((file) => readArchive(join(folder, file), key)));
  expect(archives.map(({ first, last }) => [first, last])).toEqual([
    [1, 4],
    [5, 8],
    [9, 12],
  ]);
  expect(await verifyLog(log, [])).toMatchObject({ findings: [], damage: [] });
});

test('who was killed goes on: beside a file that is half written, after one that was not pruned', async () => {
  const { log } = testLog();
  const folder = testFolder();
  await record(log, 'abababababab');
  const voucher = await voucherOf(log);
  const [first, second] = log.segments();
  if (first === undefined || second === undefined) throw new Error('nothing is sealed');
  await archiveSegment(log, first, voucher, folder);
  writeFileSync(`${archiveFile(folder, second)}.part`, 'half');
  const { looked } = archiving({ log, checkpoint: () => voucher, folder });
  await looked();
  expect(log.head().pruned).toBe(8);
  expect(readdirSync(folder)).toEqual([first, second].map((one) => archiveFile('', one)));
});

test('the archive of another log is left alone, and nothing is given up for it', async () => {
  const [{ log }, { log: other }] = [testLog(), testLog()];
  const folder = testFolder();
  await record(other, 'xyzx');
  const [theirs] = other.segments();
  if (theirs === undefined) throw new Error('nothing is sealed');
  const file = await archiveSegment(other, theirs, await voucherOf(other), folder);
  const before = readFileSync(file);
  await record(log, 'abababab');
  const voucher = await voucherOf(log);
  const { looked } = archiving({ log, checkpoint: () => voucher, folder });
  await looked();
  expect(log.head().pruned).toBe(0);
  expect(readFileSync(file)).toEqual(before);
});
