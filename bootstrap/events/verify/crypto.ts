import { hash } from 'node:crypto';
import type { ProofCrypto } from '@hearth/domain';
import { verifyEd25519 } from '@hearth/runtime/ed25519';

/** What proofs are checked with. */
export const proofCrypto: ProofCrypto = {
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
  verify: verifyEd25519,
};
