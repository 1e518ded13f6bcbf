import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What stands before an Ed25519 public key in DER (RFC 8410, 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Whether an Ed25519 signature (RFC 8032) of a message is by a public key.
 * @param publicKey its 32 bytes.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}

/**
 * The 32 bytes of the public key that belongs to a private one.
 * @throws where it is of another kind.
 */
export function ed25519PublicKey(privateKey: KeyObject): Uint8Array {
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new Error(
      `an Ed25519 key is needed, this one is ${privateKey.asymmetricKeyType ?? 'of no known kind'}`,
    );
  }
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}
