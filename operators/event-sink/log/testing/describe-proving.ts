import { generateKeyPairSync } from 'node:crypto';
import { createAuditor, openCheckpoint, utf8, verifyProof } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { makeCheckpoint, proveEvent } from '../checkpoint.ts';
import { type EventLog, Pruned, type Segment } from '../event-log.ts';
import { sha256 } from '../sha256.ts';
import { createNoteSigner, proofCrypto } from '../sign.ts';
import { verifyLog } from '../verify.ts';
import { change, cursorAt } from './change.ts';
import { record } from './logs.ts';
import { namesAt, numbers, type OpenTestLog } from './open-log.ts';

const signer = createNoteSigner('hearth.example/log', generateKeyPairSync('ed25519').privateKey);

/** Ten events of a, b and c, in segments of four; b is deleted by the fourth. */
async function life(log: EventLog): Promise<void> {
  await record(log, 'abc');
  await log.append([change({ name: 'b', version: 4, type: 'deleted' })], cursorAt(4));
  await log.append([change({ name: '', version: 5, type: 'gap' })], cursorAt(5));
  await record(log, 'cccaa', 6);
}

async function textsOf(log: EventLog, segment: Segment): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of log.texts(segment)) texts.push(text);
  return texts;
}

/** What every log does, wherever it keeps its events: seals, prunes, proves. */
export const describeProving = (open: OpenTestLog): void => {
  describe('sealing, pruning and proving', () => {
    test('a log that grows and is pruned while it is checked is checked as it was', async () => {
      const { log } = await open();
      await life(log);
      const auditor = createAuditor(sha256, []);
      const before = log.head();
      for await (const part of log.parts()) {
        auditor.take(part);
        for (const segment of log.segments().filter(({ pruned }) => !pruned)) await log.prune(segment);
        await record(log, 'abc', 20);
      }
      expect(auditor.result()).toEqual({ head: { seq: before.seq, hash: before.hash }, findings: [] });
    });

    test('segments are sealed as they fill, and pruned in their order', async () => {
      const { log, place } = await open();
      await life(log);
      const [first, second] = log.segments();
      if (first === undefined || second === undefined) throw new Error('nothing is sealed');
      expect([first, second].map(({ first: from, last, pruned }) => [from, last, pruned])).toEqual([
        [1, 4, false],
        [5, 8, false],
      ]);
      await expect(log.prune(second)).rejects.toThrow(RangeError);
      await log.prune(first);
      await expect(log.prune(first)).rejects.toThrow(RangeError);
      await expect(textsOf(log, first)).rejects.toThrow(Pruned);
      expect(await textsOf(log, second)).toHaveLength(4);
      const segments = log.segments();
      await log.close();
      expect((await open(place)).log.segments()).toEqual(segments);
    });

    test('of what is pruned stays what lives, and what no longer can be told is said', async () => {
      const { log } = await open();
      await life(log);
      for (const segment of log.segments()) await log.prune(segment);
      const left: number[] = [];
      for await (const part of log.parts()) {
        if (part.part === 'event') left.push(part.seq);
        if (part.part === 'pruned') left.push(...part.kept.map(({ seq }) => seq));
      }
      expect(left).toEqual([1, 8, 9, 10]);
      expect(log.head().pruned).toBe(8);
      expect(await namesAt(log)).toBe('c8 a10');
      await expect(namesAt(log, 7)).rejects.toThrow(Pruned);
      expect(numbers(await log.read({ after: 0, limit: 10 }))).toEqual([9, 10]);
    });

    test('each event is proven as of each checkpoint, pruned or not, and the log verifies', async () => {
      const { log, place } = await open();
      const notes = [await makeCheckpoint(log, signer)];
      for (const [index, letter] of [...'abcabcabc'].entries()) {
        await record(log, letter, index);
        notes.push(await makeCheckpoint(log, signer, notes.at(-1)));
      }
      const texts = (await log.read({ after: 0, limit: 100 })).map((event) => JSON.stringify(event));
      const isProven = async (of: EventLog) => {
        for (const note of notes) {
          const { size } = openCheckpoint(proofCrypto, note, signer.verifierKey);
          for (const [index, text] of texts.slice(0, size).entries()) {
            const proof = await proveEvent(of, index + 1, note, signer.verifierKey);
            expect(verifyProof(proofCrypto, proof, utf8(text), signer.verifierKey).size).toBe(size);
          }
        }
        const heads = notes.map((note) => openCheckpoint(proofCrypto, note, signer.verifierKey));
        const { findings, damage } = await verifyLog(of, heads);
        expect({ findings, damage }).toEqual({ findings: [], damage: [] });
      };
      await isProven(log);
      for (const segment of log.segments()) await log.prune(segment);
      await isProven(log);
      await log.close();
      await isProven((await open(place)).log);
      await expect(log.prove(0, 5)).rejects.toThrow();
    });

    test('what can’t be proven is not', async () => {
      const { log } = await open();
      await record(log, 'abcdef');
      for (const [seq, size] of [
        [0, 5],
        [6, 5],
        [7, 7],
      ] as const) {
        await expect(log.prove(seq, size)).rejects.toThrow(RangeError);
      }
      await expect(log.root(7)).rejects.toThrow(RangeError);
    });

    test('what is not text of one line is kept as it is', async () => {
      const { log } = await open();
      const strange = { text: 'a\u0000\n\u2028\ud800"\\ä', deep: [[{}]] };
      await log.append([{ ...change({ name: 'a', version: 1 }), object: strange }], cursorAt(1));
      expect((await log.read({ after: 0, limit: 1 }))[0]?.object).toEqual(strange);
      expect((await verifyLog(log, [])).findings).toEqual([]);
    });
  });
};
