import { fromBase64, sameBytes, toBase64, utf8 } from './bytes.ts';
import { isIncluded, leafHash, type Sha256 } from './merkle.ts';

/**
 * Signed checkpoints of a log (c2sp.org/tlog-checkpoint, c2sp.org/signed-note) and proofs that can be checked by
 * whoever has nothing but the log's public key (c2sp.org/tlog-proof).
 */

/** What the domain has no means of its own for. */
export interface ProofCrypto {
  readonly sha256: Sha256;
  /** Whether an Ed25519 signature (RFC 8032) is by a public key of 32 bytes. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** A log as it was at some size. */
export interface TreeHead {
  /** Which log: one name for ever, whatever domain the home has. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A proof, a checkpoint or a key that says nothing true, or nothing at all. */
export class ProofError extends Error {
  override name = 'ProofError';
}

/** What a log signs. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** The algorithm's number in keys and their ids. */
const ED25519 = 1;

/** The four bytes by which a signature says whose it is. */
const keyId = (sha256: Sha256, name: string, publicKey: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(...utf8(`${name}\n`), ED25519, ...publicKey)).slice(0, 4);

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A public key as people pass it on: `NAME+ID+KEY`. */
export const verifierKey = (sha256: Sha256, name: string, publicKey: Uint8Array): string =>
  `${name}+${hexadecimal(keyId(sha256, name, publicKey))}+${toBase64(Uint8Array.of(ED25519, ...publicKey))}`;

/** The text with a signature under it. */
export function signedNote(
  sha256: Sha256,
  text: string,
  by: { readonly name: string; readonly publicKey: Uint8Array; readonly signature: Uint8Array },
): string {
  const id = keyId(sha256, by.name, by.publicKey);
  return `${text}\n— ${by.name} ${toBase64(Uint8Array.of(...id, ...by.signature))}\n`;
}

interface Verifier {
  readonly name: string;
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
}

function parseVerifierKey(sha256: Sha256, text: string): Verifier {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const key = fromBase64(encoded);
  const publicKey = key?.slice(1);
  if (key?.[0] !== ED25519 || publicKey?.length !== 32) {
    throw new ProofError(`${text} is no Ed25519 key of the form NAME+ID+KEY`);
  }
  const expected = keyId(sha256, name, publicKey);
  if (hexadecimal(expected) !== id) throw new ProofError(`the key of ${name} does not fit its id ${id}`);
  return { name, id: expected, publicKey };
}

const SIGNATURE = /^— (\S+) (\S+)$/;

/**
 * The text of a signed note, without the signatures.
 * @throws ProofError where it is not signed by that key. Signatures by others are passed over.
 */
export function openNote(crypto: ProofCrypto, note: string, key: string): string {
  const { name, id, publicKey } = parseVerifierKey(crypto.sha256, key);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  if (end < 0 || lines.pop() !== '' || !lines.every((line) => SIGNATURE.test(line))) {
    throw new ProofError('this is no signed note: a text, an empty line, and lines of signatures');
  }
  const isBy = (line: string): boolean => {
    const [, by, encoded = ''] = SIGNATURE.exec(line) ?? [];
    const bytes = fromBase64(encoded) ?? new Uint8Array();
    if (by !== name || !sameBytes(bytes.slice(0, 4), id)) return false;
    return crypto.verify(publicKey, utf8(text), bytes.slice(4));
  };
  if (!lines.some(isBy)) throw new ProofError(`the note is not signed by ${name}`);
  return text;
}

/**
 * The tree head that a checkpoint vouches for.
 * @throws ProofError where the key did not sign it.
 */
export function openCheckpoint(crypto: ProofCrypto, note: string, key: string): TreeHead {
  const [origin = '', size = '', encoded = ''] = openNote(crypto, note, key).split('\n');
  const root = fromBase64(encoded);
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== 32) {
    throw new ProofError('the note is no checkpoint: an origin, a size and a root hash, a line each');
  }
  return { origin, size: Number(size), root };
}

const PROOF = 'c2sp.org/tlog-proof@v1';

/** Says in one text that a row is in the log as of a checkpoint. */
export const formatProof = (index: number, path: readonly Uint8Array[], checkpoint: string): string =>
  [PROOF, `index ${index}`, ...path.map(toBase64), '', checkpoint].join('\n');

/**
 * Checks such a text against the row's bytes and the log's key, with nothing else at hand.
 * @throws ProofError where it proves nothing.
 */
export function verifyProof(crypto: ProofCrypto, proof: string, entry: Uint8Array, key: string): TreeHead {
  const end = proof.indexOf('\n\n');
  const [format, place = '', ...encoded] = proof.slice(0, end).split('\n');
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(place) ?? [];
  const path = encoded.map(fromBase64).filter((hash) => hash?.length === 32) as Uint8Array[];
  if (end < 0 || format !== PROOF || index === undefined || path.length !== encoded.length) {
    throw new ProofError(`this is no proof in the format ${PROOF}`);
  }
  const head = openCheckpoint(crypto, proof.slice(end + 2), key);
  const node = leafHash(crypto.sha256, entry);
  if (!isIncluded(crypto.sha256, { ...head, index: Number(index), node, path })) {
    throw new ProofError(`the row is not number ${index} of the log that the checkpoint vouches for`);
  }
  return head;
}
