import { hash } from 'node:crypto';
import { PAIRING_CONTEXT, pairingCode, signedText } from '@hearth/domain';
import { verifyEd25519 } from '@hearth/runtime/ed25519';

/** What every request of a machine proves: that it comes from who has the key. */
interface Proof {
  readonly publicKey: string;
  readonly challenge: string;
  readonly signature: string;
}

/**
 * Whether a body was signed, for this path and for who has the TLS key with this pin, with the key that it names, and that
 * key has its one spelling.
 */
export function isProven(path: string, pin: Buffer, body: Proof): boolean {
  const { signature, ...signed } = body;
  const text = signedText(
    path,
    pin.toString('base64'),
    body.challenge,
    hash('sha256', JSON.stringify(signed)),
  );
  const key = Buffer.from(body.publicKey, 'base64');
  return (
    key.toString('base64') === body.publicKey &&
    verifyEd25519(key, Buffer.from(text), Buffer.from(signature, 'base64'))
  );
}

/** The code that a person compares with what the machine shows. */
export function codeFor(pin: Buffer, publicKey: string): string {
  const seen = Buffer.concat([Buffer.from(PAIRING_CONTEXT), pin, Buffer.from(publicKey, 'base64')]);
  return pairingCode(hash('sha256', seen, 'buffer'));
}

/** The value of the label by which a Machine is found: 160 bits of the digest of its key. */
export const keyDigest = (publicKey: string): string =>
  hash('sha256', Buffer.from(publicKey, 'base64')).slice(0, 40);
