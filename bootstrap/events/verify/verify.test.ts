import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  archiveHeader,
  checkpointText,
  emptyExtent,
  extend,
  formatPart,
  formatProof,
  type LogPart,
  leafHash,
  rootOf,
  signedNote,
  utf8,
  verifierKey,
} from '@hearth/domain';
import { expect, onTestFinished, test } from 'vitest';
import { fakeSink } from '../testing/fake-sink.ts';
import { checkArchiveFile, checkProofFile, eventFileOf, readLines } from './check-files.ts';
import { checkLog } from './check-log.ts';
import { proofCrypto } from './crypto.ts';
import { homeWitnesses, notesIn } from './gather.ts';
import { keepingCopy } from './keep-copy.ts';
import { proveEvent, saveProof } from './prove.ts';
import { verdictText } from './verdict.ts';

const { sha256 } = proofCrypto;
const name = 'hearth.example/log';

/** Signs as the sink does. */
function signerOf({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    key: verifierKey(sha256, name, raw),
    sign: (text: string) =>
      signedNote(sha256, text, { name, publicKey: raw, signature: sign(null, utf8(text), privateKey) }),
  };
}
const signer = signerOf(generateKeyPairSync('ed25519'));
const stranger = signerOf(generateKeyPairSync('ed25519'));

/** A log with these names in its events, and a checkpoint of each size. */
function logOf(names: readonly string[]) {
  let extent = emptyExtent;
  const notes: string[] = [];
  const parts = names.map((letter, index): LogPart & { part: 'event' } => {
    const text = `{"seq":${index + 1},"name":"${letter}"}`;
    extent = extend(sha256, extent, leafHash(sha256, utf8(text)));
    const root = rootOf(sha256, extent.tree);
    notes.push(signer.sign(checkpointText({ origin: name, size: index + 1, root })));
    return { part: 'event', seq: index + 1, text, hash: extent.hash };
  });
  return { parts, notes };
}

const log = logOf(['a', 'b', 'c', 'd']);
const noteOf = (size: number, notes: readonly string[] = log.notes) => ({
  from: 'the checkpoint',
  text: notes[size - 1] ?? '',
});
const linesOf = (parts: readonly LogPart[]) => ReadableStream.from(parts.map(formatPart));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'hearth-verify-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}
function fileOf(content: string | Uint8Array): string {
  const file = join(folder(), 'file');
  writeFileSync(file, content);
  return file;
}

test('a log as it was written is said to hold, and who vouches for how much of it', async () => {
  const key = signer.key;
  expect(await checkLog(linesOf(log.parts), { notes: [noteOf(2), noteOf(3)], key })).toEqual({
    holds: [
      'The chain of 4 events holds.',
      '2 checkpoints vouch for the first 3 of them, and they are the same.',
    ],
    findings: [],
    open: [],
  });
});

test('where nobody vouches for a log, that is said, too', async () => {
  const verdict = await checkLog(linesOf(log.parts.slice(0, 1)), { notes: [], key: undefined });
  expect(verdictText(verdict)).toMatch(/^✓ The chain of 1 event holds\.\n\? No checkpoint vouches/);
});

const changed = log.parts.map((part) => ({ ...part, text: part.text.replace('"b"', '"x"') }));
const rewritten = logOf(['a', 'x', 'c', 'd']);
const sealed: LogPart = {
  part: 'seal',
  first: 1,
  last: 4,
  root: new Uint8Array(32),
  hash: new Uint8Array(32),
};

test.each<[string, readonly LogPart[], ReturnType<typeof noteOf>[], string[]]>([
  [
    'an event that was changed',
    changed,
    [],
    ['Event 2 does not fit the chain: it, its hash or the hash before it was changed.'],
  ],
  ['an event that is missing', log.parts.toSpliced(1, 1), [], ['After event 1 comes event 3.']],
  ['a seal that is none', [...log.parts, sealed], [], ['The seal of events 1 to 4 does not fit them.']],
  [
    'what the sink says is damaged beside the chain',
    [
      ...log.parts,
      { part: 'damage', problem: 'event 2 is wrongly filed under apps.apps.hearth.dev, home/x' },
    ],
    [],
    ['Event 2 is wrongly filed under apps.apps.hearth.dev, home/x.'],
  ],
  [
    'a log that was written anew',
    rewritten.parts,
    [noteOf(3)],
    ['The first 3 events are not those that the checkpoint of that size vouches for.'],
  ],
  [
    'an end that is missing',
    log.parts.slice(0, 2),
    [noteOf(4)],
    ['The log ends at event 2, but a checkpoint vouches for 4.'],
  ],
  [
    'a checkpoint by somebody else',
    log.parts,
    [{ from: 'The file', text: stranger.sign(`${name}\n4\n${'A'.repeat(43)}=\n`) }],
    [`The file: the note is not signed by ${name}.`],
  ],
])('%s is found', async (_, parts, notes, findings) => {
  const verdict = await checkLog(linesOf(parts), { notes, key: signer.key });
  expect(verdict).toMatchObject({ findings, holds: [] });
});

test('what can’t be read is a finding, whatever came before it', async () => {
  const lines = ReadableStream.from([...log.parts.map(formatPart), 'no part']);
  expect((await checkLog(lines, { notes: [], key: undefined })).findings).toHaveLength(1);
});

test('the sink’s log is checked, and the copy that is kept of it says the same', async () => {
  const { client } = await fakeSink({ parts: log.parts });
  const file = join(folder(), 'copy');
  const witnesses = { notes: [noteOf(4)], key: signer.key };
  const verdict = await checkLog(keepingCopy(client.parts(), file), witnesses);
  expect(verdict.findings).toEqual([]);
  expect(await checkLog(readLines(file), witnesses)).toEqual(verdict);
  expect(existsSync(`${file}.part`)).toBe(false);
});

test('of a log that broke off no copy is left, and it is not said to be damaged', async () => {
  const file = join(folder(), 'copy');
  async function* broken() {
    yield formatPart(log.parts[0] ?? sealed);
    throw new Error('broke off');
  }
  const checking = checkLog(keepingCopy(broken(), file), { notes: [], key: undefined });
  await expect(checking).rejects.toThrow('broke off');
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
});

test('witnesses are what lies outside of the volume, what the sink shows, and what was kept', async () => {
  const [first = '', second = ''] = log.notes;
  const { client } = await fakeSink({ checkpoint: second });
  const asked: string[][] = [];
  const kubectl = (data: object | undefined) => async (args: readonly string[]) => {
    asked.push([...args]);
    return data === undefined ? '' : JSON.stringify({ data });
  };
  const kept = { notes: await notesIn([fileOf(first)]), key: undefined };
  const found = await homeWitnesses(kubectl({ checkpoint: second, key: 'its key' }), client, kept);
  expect(found.notes.map(({ text }) => text)).toEqual([first, second]);
  expect(found.key).toBe('its key');
  expect(asked[0]?.slice(0, 3)).toEqual(['get', 'configmap', 'hearth-events-checkpoint']);
  const older = await homeWitnesses(kubectl({ checkpoint: first, key: 'its key' }), client, {
    notes: [],
    key: 'mine',
  });
  expect([older.notes.length, older.key]).toEqual([2, 'mine']);
  const none = await homeWitnesses(kubectl(undefined), client, { notes: [], key: undefined });
  expect([none.notes.map(({ from }) => from), none.key]).toEqual([['The event sink'], undefined]);
});

function archiveOf(texts: readonly string[], note: string): Uint8Array {
  const header = archiveHeader({ first: 1, last: 4, path: [], checkpoint: note });
  return gzipSync([header, ...texts].join('\n'));
}
const texts = log.parts.map(({ text }) => text);

test('an archive is what it says, or what it is not is said', async () => {
  const file = fileOf(archiveOf(texts, log.notes[3] ?? ''));
  const { holds, findings } = await checkArchiveFile(file, signer.key);
  expect({ holds, findings }).toEqual({
    holds: [`${file} has events 1 to 4 of the log ${name}, as it recorded them.`],
    findings: [],
  });
  const cut = fileOf(readFileSync(file).subarray(0, -12));
  expect((await checkArchiveFile(cut, signer.key)).findings[0]).toContain(
    'is damaged: unexpected end of file',
  );
  const other = fileOf(archiveOf(texts.with(1, '{"seq":2,"name":"x"}'), log.notes[3] ?? ''));
  expect((await checkArchiveFile(other, signer.key)).findings[0]).toContain('are not those that');
  expect((await checkArchiveFile(file, stranger.key)).findings[0]).toContain('not signed');
  expect((await checkArchiveFile(file, 'no key')).findings[0]).toContain('no Ed25519 key');
  await expect(checkArchiveFile(`${file}x`, signer.key)).rejects.toThrow('can’t be read');
});

test('an event is proven by a file and the key alone', async () => {
  const [note = '', text = ''] = [log.notes[0], texts[0]];
  const proof = fileOf(formatProof(0, [], note));
  const [event, other] = [fileOf(`${text}\n`), fileOf('{"seq":1,"name":"x"}')];
  const { holds } = await checkProofFile(proof, event, signer.key);
  expect(holds).toEqual([`The event in ${event} is one of the first 1 of the log ${name}.`]);
  expect((await checkProofFile(proof, other, signer.key)).findings[0]).toContain('is not number 0');
  await expect(checkProofFile(proof, `${event}x`, signer.key)).rejects.toThrow('can’t be read');
});

test('what the sink proves can be kept and checked, and what it can’t prove is not kept', async () => {
  const [event = '', , other = ''] = texts;
  const proof = formatProof(0, [], log.notes[0] ?? '');
  const answering = (body: object) =>
    fakeSink({ answers: { '/-/log/proof': ['application/json', JSON.stringify(body)] } });
  const { client, asked } = await answering({ event, proof, key: signer.key });
  const proven = await proveEvent(client, 1);
  expect(asked).toEqual(['GET /-/log/proof?seq=1']);
  expect(proven.holds).toBe(`Event 1 is one of the first 1 of the log ${name}.`);
  const [file = '', beside = ''] = await saveProof(proven, join(folder(), 'kept'));
  const { holds, findings } = await checkProofFile(file, eventFileOf(file), signer.key);
  expect([beside, holds.length, findings]).toEqual([eventFileOf(file), 1, []]);
  const liar = await answering({ event: other, proof, key: signer.key });
  await expect(proveEvent(liar.client, 3)).rejects.toThrow('can’t prove event 3');
});
