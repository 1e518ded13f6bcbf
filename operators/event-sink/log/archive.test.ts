import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ProofError, verifyProof } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { archiveSegment, pruneArchived, readArchive } from './archive.ts';
import { makeCheckpoint, proveEvent } from './checkpoint.ts';
import { type EventLog, LogDamaged, Pruned, type Segment } from './event-log.ts';
import { createNoteSigner, proofCrypto } from './sign.ts';
import { change, cursorAt } from './testing/change.ts';
import { testFolder } from './testing/folder.ts';
import { record, testLog } from './testing/logs.ts';
import { tamper, unguard } from './testing/tamper.ts';
import { verifyLog } from './verify.ts';

const signer = createNoteSigner('hearth.example/log', generateKeyPairSync('ed25519').privateKey);
const key = signer.verifierKey;

/** Ten events of a, b and c, in segments of four; b is deleted by the fourth. */
async function life(log: EventLog): Promise<void> {
  await record(log, 'abc');
  await log.append([change({ name: 'b', version: 4, type: 'deleted' })], cursorAt(4));
  await log.append([change({ name: '', version: 5, type: 'gap' })], cursorAt(5));
  await record(log, 'cccaa', 6);
}

async function living(log: EventLog, at?: number): Promise<string> {
  const names: string[] = [];
  for await (const { resource, seq } of log.states(at)) names.push(`${resource.name}${seq}`);
  return names.join(' ');
}

const segmentOf = (log: EventLog, index: number): Segment => {
  const segment = log.segments()[index];
  if (segment === undefined) throw new Error(`there is no segment ${index}`);
  return segment;
};
const left = async (file: string, log: EventLog) => {
  const seqs: number[] = [];
  for await (const part of log.parts()) {
    if (part.part === 'event') seqs.push(part.seq);
    if (part.part === 'pruned') seqs.push(...part.kept.map(({ seq }) => seq));
  }
  return { seqs, pruned: log.head().pruned, file };
};

describe('a log that was archived and pruned', () => {
  async function prunedLog() {
    const { log, file } = testLog();
    const before = await makeCheckpoint(log, signer);
    await life(log);
    const checkpoint = await makeCheckpoint(log, signer, before);
    const texts = (await log.read({ after: 0, limit: 100 })).map((event) => JSON.stringify(event));
    const folder = testFolder();
    const archives: string[] = [];
    for (const segment of log.segments()) {
      const archive = await archiveSegment(log, segment, { checkpoint, key }, folder);
      await pruneArchived(log, segment, archive, key);
      archives.push(archive);
    }
    return { log, file, checkpoint, texts, archives, folder };
  }

  test('keeps what lives, and drops the rest', async () => {
    const { log, file } = await prunedLog();
    expect(await left(file, log)).toEqual({ file, seqs: [1, 8, 9, 10], pruned: 8 });
    expect(await living(log)).toBe('c8 a10');
    expect(await living(log, 9)).toBe('c8 a9');
  });

  test('keeps of a first segment what is not superseded in it', async () => {
    const { log, file } = testLog();
    await life(log);
    await log.prune(segmentOf(log, 0));
    expect(await left(file, log)).toEqual({ file, seqs: [1, 3, 5, 6, 7, 8, 9, 10], pruned: 4 });
    expect(await living(log, 4)).toBe('a1 c3');
    expect((await log.read({ after: 0, limit: 2 })).map(({ seq }) => seq)).toEqual([5, 6]);
  });

  test('says what it can no longer tell', async () => {
    const { log } = await prunedLog();
    await expect(living(log, 7)).rejects.toThrow(Pruned);
    await expect(log.texts(segmentOf(log, 0))[Symbol.asyncIterator]().next()).rejects.toThrow(Pruned);
    expect(await log.read({ after: 0, limit: 10, of: 'home/apps.apps.hearth.dev/c' })).toEqual([]);
  });

  test('still verifies, opens, grows, and proves what is in archives', async () => {
    const { log, file, checkpoint, texts } = await prunedLog();
    await log.close();
    const { log: again } = testLog(file);
    expect(again.head()).toEqual({ ...log.head() });
    await record(again, 'xyz', 20);
    const later = await makeCheckpoint(again, signer, checkpoint);
    const heads = [0, 3, 4, 7, 13].map(async (size) => ({ origin: '', size, root: await again.root(size) }));
    const { findings, damage } = await verifyLog(again, await Promise.all(heads));
    expect({ findings, damage }).toEqual({ findings: [], damage: [] });
    for (const [index, text] of texts.entries()) {
      const proof = await proveEvent(again, index + 1, later, key);
      expect(verifyProof(proofCrypto, proof, Buffer.from(text), key).size).toBe(13);
    }
  });

  test('goes by its files: they prove themselves, and have every event', async () => {
    const { archives, texts, folder } = await prunedLog();
    expect(readdirSync(folder)).toEqual([
      'events-000000000001-000000000004.jsonl.gz',
      'events-000000000005-000000000008.jsonl.gz',
    ]);
    const kept = archives.flatMap((file) =>
      gunzipSync(readFileSync(file)).toString().split('\n').slice(1, -1),
    );
    expect(kept).toEqual(texts.slice(0, 8));
    expect(await readArchive(archives[1] ?? '', key)).toMatchObject({
      first: 5,
      last: 8,
      head: { size: 10 },
    });
  });

  test.each<[string, string]>([
    ['an event that was kept', "UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 8"],
    ['leaf hashes', 'UPDATE archives SET leaves = zeroblob(128) WHERE last = 4'],
    ['the note of its pruning', 'DELETE FROM archives WHERE last = 8'],
    ['a seal', 'UPDATE segments SET root = zeroblob(32) WHERE last = 4'],
  ])('does not hide that somebody changed %s', async (_, sql) => {
    const { log, file } = await prunedLog();
    unguard(file);
    tamper(file, sql);
    const { findings, damage } = await verifyLog(log, []);
    expect(findings.length + damage.length).toBeGreaterThan(0);
  });

  test.each(['DELETE FROM events WHERE seq = 8', 'DELETE FROM events WHERE seq = 9', 'DELETE FROM archives'])(
    'lets nobody go on by hand: %s',
    async (sql) => {
      const { file } = await prunedLog();
      expect(() => tamper(file, sql)).toThrow(/only|never/);
    },
  );
});

test('a tombstone is not deleted before what it buries', async () => {
  const { log, file } = testLog();
  await life(log);
  tamper(file, `INSERT INTO archives VALUES (4, zeroblob(128))`);
  expect(() => tamper(file, 'DELETE FROM events WHERE seq = 4')).toThrow('only');
  expect(() => tamper(file, 'DELETE FROM events WHERE seq = 3')).toThrow('only');
  tamper(file, 'DELETE FROM events WHERE seq = 2; DELETE FROM events WHERE seq = 4');
  expect(await living(log)).toBe('c8 a10');
});

test('a segment that was changed is not pruned', async () => {
  const { log, file } = testLog();
  await life(log);
  unguard(file);
  tamper(file, "UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 2");
  await expect(log.prune(segmentOf(log, 0))).rejects.toThrow(LogDamaged);
  expect(log.head().pruned).toBe(0);
});

test('a segment is archived only under a checkpoint that covers it', async () => {
  const { log } = testLog();
  await record(log, 'abc');
  const checkpoint = await makeCheckpoint(log, signer);
  await record(log, 'd');
  const folder = testFolder();
  await expect(archiveSegment(log, segmentOf(log, 0), { checkpoint, key }, folder)).rejects.toThrow(
    RangeError,
  );
});

/** The header of an archive with the first letter of its proof changed, whatever it was. */
const withAnotherPath = (header: string): string =>
  header.replace(/(?<="path":\[")./, (letter) => (letter === 'x' ? 'y' : 'x'));

describe('nothing is pruned for an archive', () => {
  type Spoil = (lines: string[]) => string[];
  test.each<[string, Spoil]>([
    ['in which an event was changed', (lines) => lines.map((line) => line.replace('ä', 'o'))],
    ['in which an event is missing', (lines) => lines.toSpliced(2, 1)],
    ['that ends early', (lines) => lines.slice(0, -1)],
    ['that goes on', (lines) => [...lines, ...lines.slice(-1)]],
    ['without a proof', (lines) => lines.slice(1)],
    ['with another proof', ([header = '', ...events]) => [withAnotherPath(header), ...events]],
    ['that is empty', () => []],
  ])('%s', async (_, spoil) => {
    const { log } = testLog();
    await life(log);
    const checkpoint = await makeCheckpoint(log, signer);
    const segment = segmentOf(log, 0);
    const file = await archiveSegment(log, segment, { checkpoint, key }, testFolder());
    const lines = gunzipSync(readFileSync(file)).toString().split('\n').slice(0, -1);
    writeFileSync(file, gzipSync(spoil(lines).join('\n')));
    await expect(pruneArchived(log, segment, file, key)).rejects.toThrow(ProofError);
    expect(log.head().pruned).toBe(0);
  });

  test('that is of another segment, of no use, cut off or not there', async () => {
    const { log } = testLog();
    await life(log);
    const checkpoint = await makeCheckpoint(log, signer);
    const [first, second] = [segmentOf(log, 0), segmentOf(log, 1)];
    const folder = testFolder();
    const file = await archiveSegment(log, second, { checkpoint, key }, folder);
    await expect(pruneArchived(log, first, file, key)).rejects.toThrow('does not have events 1 to 4');
    writeFileSync(file, readFileSync(file).subarray(0, -20));
    await expect(pruneArchived(log, second, file, key)).rejects.toThrow(ProofError);
    writeFileSync(file, 'text');
    await expect(pruneArchived(log, second, file, key)).rejects.toThrow("can't be read");
    await expect(pruneArchived(log, second, `${file}x`, key)).rejects.toThrow("can't be read");
  });
});
