import { type KeyObject, sign } from 'node:crypto';
import { type ProofCrypto, signedNote, utf8, verifierKey } from '@hearth/domain';
import { ed25519PublicKey, verifyEd25519 } from '@hearth/runtime/ed25519';
import { sha256 } from './sha256.ts';

/** What proofs are checked with. */
export const proofCrypto: ProofCrypto = { sha256, verify: verifyEd25519 };

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
  const publicKey = ed25519PublicKey(privateKey);
  return {
    name,
    verifierKey: verifierKey(sha256, name, publicKey),
    sign: (text) =>
      signedNote(sha256, text, { name, publicKey, signature: sign(null, utf8(text), privateKey) }),
  };
}
