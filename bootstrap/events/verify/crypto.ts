import { createPublicKey, hash, verify } from 'node:crypto';
import type { ProofCrypto } from '@hearth/domain';

/** What stands before an Ed25519 public key in DER (RFC 8410). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** What proofs are checked with. */
export const proofCrypto: ProofCrypto = {
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
  verify(publicKey, message, signature) {
    const key = Buffer.concat([SPKI_ED25519, publicKey]);
    return verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature);
  },
};
