import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuditor, openCheckpoint, type TreeHead, utf8, verifyProof } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { makeCheckpoint, proveEvent } from './checkpoint.ts';
import { type EventLog, LogDamaged } from './event-log.ts';
import { sha256 } from './sha256.ts';
import { createNoteSigner, proofCrypto } from './sign.ts';
import { openSqliteLog } from './sqlite/sqlite-log.ts';
import { testFolder } from './testing/folder.ts';
import { record, testLog } from './testing/logs.ts';
import { tamper, unguard } from './testing/tamper.ts';
import { verifyLog } from './verify.ts';

const signer = createNoteSigner('hearth.example/log', generateKeyPairSync('ed25519').privateKey);
const open = (note: string): TreeHead => openCheckpoint(proofCrypto, note, signer.verifierKey);

/** A log, closed again, and the checkpoints that were made on its way. */
async function writtenLog(letters = 'abcdefghijk') {
  const { log, file } = testLog();
  const notes = [await makeCheckpoint(log, signer)];
  for (const [index, letter] of [...letters].entries()) {
    await record(log, letter, index);
    notes.push(await makeCheckpoint(log, signer, notes.at(-1)));
  }
  await log.close();
  return { file, notes, checkpoints: notes.map(open) };
}

async function verify(file: string, checkpoints: readonly TreeHead[]) {
  const log = openSqliteLog(file);
  try {
    const { findings, damage } = await verifyLog(log, checkpoints);
    return { findings: findings.map(({ seq }) => seq), damage };
  } finally {
    await log.close();
  }
}

test('a log as it was written is found to be so, whatever the size of what was vouched for', async () => {
  const { file, checkpoints } = await writtenLog();
  expect(checkpoints.map(({ size }) => size)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(await verify(file, checkpoints)).toEqual({ findings: [], damage: [] });
});

describe('in segments that are sealed', () => {
  test.each<[string, string, { findings: number[]; damage: number }]>([
    [
      'an event that was changed',
      "UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 6",
      { findings: [6, 8], damage: 0 },
    ],
    [
      'a time that was changed',
      "UPDATE events SET event = replace(event, 'T', 't') WHERE seq = 6",
      { findings: [6, 8], damage: 0 },
    ],
    [
      'a hash that was changed',
      'UPDATE events SET hash = zeroblob(32) WHERE seq = 6',
      { findings: [6, 7], damage: 0 },
    ],
    ['an event that was removed', 'DELETE FROM events WHERE seq = 6', { findings: [7, 8], damage: 0 }],
    [
      'an event before the first',
      "INSERT INTO events VALUES (0, '', '', '', x'')",
      { findings: [0, 0, 1, 4], damage: 0 },
    ],
    [
      'an event under another name',
      "UPDATE events SET iri = 'home/apps.apps.hearth.dev/x' WHERE seq = 6",
      { findings: [], damage: 1 },
    ],
    [
      'an event under another kind',
      "UPDATE events SET kind = 'x' WHERE seq = 6",
      { findings: [], damage: 1 },
    ],
  ])('%s is found without any checkpoint', async (_, sql, expected) => {
    const { file } = await writtenLog();
    unguard(file);
    tamper(file, sql);
    const { findings, damage } = await verify(file, []);
    expect({ findings, damage: damage.length }).toEqual(expected);
  });
});

test('the whole log written anew is found by the checkpoints alone, and not vouched for', async () => {
  const { notes, checkpoints } = await writtenLog();
  const { file: forged } = await writtenLog('abcdefghijK');
  expect(await verify(forged, [])).toEqual({ findings: [], damage: [] });
  // The times differ from the first event on.
  expect(await verify(forged, checkpoints)).toEqual({
    findings: checkpoints.slice(1).map(({ size }) => size),
    damage: [],
  });
  const { log } = testLog(forged);
  await expect(makeCheckpoint(log, signer, notes[7])).rejects.toThrow(LogDamaged);
});

test('a log whose end was cut off is found by the checkpoints, and not vouched for', async () => {
  const { notes, checkpoints } = await writtenLog();
  const { log } = testLog();
  await record(log, 'a');
  await expect(makeCheckpoint(log, signer, notes[7])).rejects.toThrow(LogDamaged);
  const { findings } = await verifyLog(log, checkpoints.slice(-1));
  expect(findings[0]?.problem).toBe('the log ends at event 1, but a checkpoint vouches for 11');
});

test('each event is proven as of each checkpoint by a text and the key alone', async () => {
  const { file, notes } = await writtenLog();
  const { log } = testLog(file);
  const texts = await textsOf(log);
  for (const note of notes) {
    const { size } = open(note);
    for (const [index, text] of texts.slice(0, size).entries()) {
      const proof = await proveEvent(log, index + 1, note, signer.verifierKey);
      expect(verifyProof(proofCrypto, proof, utf8(text), signer.verifierKey).size).toBe(size);
      expect(() => verifyProof(proofCrypto, proof, utf8(`${text} `), signer.verifierKey)).toThrow();
    }
  }
  for (const [seq, size] of [
    [0, 5],
    [6, 5],
    [12, 12],
  ] as const) {
    await expect(log.prove(seq, size)).rejects.toThrow(RangeError);
  }
  await expect(log.root(12)).rejects.toThrow(RangeError);
});

async function textsOf(log: EventLog): Promise<string[]> {
  return (await log.read({ after: 0, limit: 100 })).map((event) => JSON.stringify(event));
}

test('one bit changed anywhere in the file is found, or changes nothing that is read', async () => {
  const { file, checkpoints } = await writtenLog();
  const whole = readFileSync(file);
  const { log } = testLog(file);
  const [answers, cursors] = [await answersOf(log), log.cursors()];
  await log.close();
  const outcomes = { found: 0, harmless: 0 };
  for (let at = 0; at < whole.length; at += 251) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
    const copy = join(testFolder(), 'changed.db');
    writeFileSync(copy, changed);
    if (await isFound(copy, checkpoints)) outcomes.found += 1;
    else {
      const { log: still } = testLog(copy);
      expect([await answersOf(still), still.cursors()], `byte ${at}`).toEqual([answers, cursors]);
      await still.close();
      outcomes.harmless += 1;
    }
  }
  expect(outcomes.found).toBeGreaterThan(30);
}, 60_000);

/** All that there is, of everything and as readers look for it. */
const answersOf = (log: EventLog) =>
  Promise.all(
    [
      undefined,
      'apps.apps.hearth.dev',
      ...[...'abcdefghijk'].map((name) => `home/apps.apps.hearth.dev/${name}`),
    ].map((of) => log.read({ after: 0, limit: 100, of })),
  );

/** Whether the log is not even opened, or its parts show it: these are what a person can ask for. */
async function isFound(file: string, checkpoints: readonly TreeHead[]): Promise<boolean> {
  let log: EventLog | undefined;
  try {
    log = openSqliteLog(file);
    const auditor = createAuditor(sha256, checkpoints);
    for await (const part of log.parts()) auditor.take(part);
    return auditor.result().findings.length > 0;
  } catch (error) {
    expect(log, String(error)).toBeUndefined();
    return true;
  } finally {
    await log?.close();
  }
}

test('a key of another kind signs nothing', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => createNoteSigner('log', privateKey)).toThrow('Ed25519');
});
