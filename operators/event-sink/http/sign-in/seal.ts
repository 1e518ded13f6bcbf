import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Seals what a browser keeps for us: it can't be read there, and what was changed is not opened (AES-256-GCM). */
export interface Seal {
  /** `purpose` is not kept: who opens it must say the same. */
  close(value: unknown, purpose: string): string;
  /** Undefined where it is not one of ours, or for another purpose. */
  open(sealed: string, purpose: string): unknown;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** A seal by a key of its own, derived from the one that the process has (HKDF, RFC 5869), which others use too. */
export function createSeal(master: Uint8Array): Seal {
  const key = Buffer.from(hkdfSync('sha256', master, 'hearth-events', 'sign-in', 32));
  return {
    close(value, purpose) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG }).setAAD(
        Buffer.from(purpose),
      );
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE + TAG) return undefined;
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), { authTagLength: TAG })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
        return JSON.parse(text.toString());
      } catch {
        return undefined;
      }
    },
  };
}
