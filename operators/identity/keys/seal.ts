import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals texts, so that who reads them elsewhere learns nothing, and who changes them is noticed (AES-256-GCM). */
export interface Seal {
  /** `about` is not kept: who opens it must say the same. */
  close(text: string, about: string): string;
  /** Undefined where it is not one of ours, or about something else. */
  open(sealed: string, about: string): string | undefined;
}

/** A seal with a key of 32 bytes. Each text gets a random nonce: a key is good for 2^32 of them (NIST SP 800-38D). */
export const createSeal = (key: Buffer, random: (bytes: number) => Buffer = randomBytes): Seal => ({
  close(text, about) {
    const nonce = random(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(
      Buffer.from(about),
    );
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  },
  open(sealed, about) {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString();
    } catch {
      return undefined;
    }
  },
});
