import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type ProofCrypto, signedNote, utf8, verifierKey } from '@hearth/domain';
import { sha256 } from './sha256.ts';

/** What stands before an Ed25519 public key in DER (RFC 8410). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** What proofs are checked with. */
export const proofCrypto: ProofCrypto = {
  sha256,
  verify(publicKey, message, signature) {
    const key = Buffer.concat([SPKI_ED25519, publicKey]);
    return verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature);
  },
};

/** Signs for a log. */
export interface NoteSigner {
  /** The log's origin. */
  readonly name: string;
  /** By which others check what it signs. */
  readonly verifierKey: string;
  sign(text: string): string;
}

/**
 * Signs notes with an Ed25519 key (RFC 8032).
 * @throws where the key is of another kind.
 */
export function createNoteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new Error('the key that signs must be an Ed25519 key');
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(SPKI_ED25519.length);
  return {
    name,
    verifierKey: verifierKey(sha256, name, publicKey),
    sign: (text) =>
      signedNote(sha256, text, { name, publicKey, signature: sign(null, utf8(text), privateKey) }),
  };
}
