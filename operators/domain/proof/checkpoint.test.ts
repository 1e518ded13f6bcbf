import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import {
  checkpointText,
  formatProof,
  openCheckpoint,
  openNote,
  type ProofCrypto,
  ProofError,
  signedNote,
  verifierKey,
  verifyProof,
} from './checkpoint.ts';
import { emptyFrontier, grow, leafHash, rootOf } from './merkle.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
/** What stands before the 32 bytes of a key in DER (RFC 8410). */
const der = (prefix: string, key: Uint8Array) => Buffer.concat([Buffer.from(prefix, 'hex'), key]);
const crypto: ProofCrypto = {
  sha256,
  verify: (publicKey, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({ key: der('302a300506032b6570032100', publicKey), format: 'der', type: 'spki' }),
      signature,
    ),
};

const privateKey = createPrivateKey({
  key: der('302e020100300506032b657004220420', new Uint8Array(32).fill(7)),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = new Uint8Array(
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32),
);
const name = 'hearth.example/log';
const key = verifierKey(sha256, name, publicKey);
const signed = (text: string, by = name) =>
  signedNote(sha256, text, { name: by, publicKey, signature: sign(null, utf8(text), privateKey) });

test('the note that Go documents is opened with the key that Go documents', () => {
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
  const neumann = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  expect(openNote(crypto, note, neumann)).toBe(text);
});

const head = { origin: name, size: 3, root: new Uint8Array(32).fill(9) };

test('a checkpoint says what was signed, whoever else signed it', () => {
  const note = signed(checkpointText(head));
  expect(note.split('\n').slice(0, 4)).toEqual([
    name,
    '3',
    'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=',
    '',
  ]);
  expect(openCheckpoint(crypto, note, key)).toEqual(head);
  expect(openCheckpoint(crypto, `${note}— witness.example AAAAAAAA\n`, key)).toEqual(head);
});

const good = signed(checkpointText(head));
test.each([
  ['another size', good.replace('\n3\n', '\n4\n')],
  ['no signature', checkpointText(head)],
  ['another name under it', signed(checkpointText(head), 'someone.example')],
  ['a line that is no signature', `${good}and more\n`],
  ['a signature cut short', good.replace(/.{8}\n$/, '\n')],
  ['a size with zeros', signed(`${name}\n03\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n`)],
  ['a root that is none', signed(`${name}\n3\nCQkJ\n`)],
  ['base64 that ends in spare bits', signed(`${name}\n3\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQl=\n`)],
])('a checkpoint with %s is refused', (_, note) => {
  expect(() => openCheckpoint(crypto, note, key)).toThrow(ProofError);
});

test.each([
  ['no key at all', 'hearth'],
  ['another id', key.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
  ['another algorithm', key.replace(/\+A[Q-Za-f]/, '+Ag')],
])('%s is no key', (_, wrong) => {
  expect(() => openCheckpoint(crypto, good, wrong)).toThrow(ProofError);
});

const rows = ['a', 'b', 'c'].map(utf8);
const leaves = rows.map((row) => leafHash(sha256, row));
const tree = leaves.reduce((grown, leaf) => grow(sha256, grown, leaf), emptyFrontier);
const checkpoint = signed(checkpointText({ origin: name, size: 3, root: rootOf(sha256, tree) }));
const firstTwo = leaves.slice(0, 2).reduce((grown, leaf) => grow(sha256, grown, leaf), emptyFrontier);
const proof = formatProof(2, [rootOf(sha256, firstTwo)], checkpoint);

test('a row is proven with nothing but the key', () => {
  expect(verifyProof(crypto, proof, utf8('c'), key)).toMatchObject({ origin: name, size: 3 });
});

test.each([
  ['another row', proof, 'b'],
  ['another index', proof.replace('index 2', 'index 1'), 'c'],
  ['another format', proof.replace('@v1', '@v2'), 'c'],
  ['a hash that is none', proof.replace('index 2\n', 'index 2\nabc\n'), 'c'],
  ['a checkpoint that was changed', proof.replace('\n3\n', '\n4\n'), 'c'],
  ['nothing', '', 'c'],
])('a proof of %s is refused', (_, text, row) => {
  expect(() => verifyProof(crypto, text, utf8(row), key)).toThrow(ProofError);
});
