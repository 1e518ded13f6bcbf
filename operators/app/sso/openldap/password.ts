import { createHash, randomBytes } from 'node:crypto';

/**
 * A password as `userPassword` holds it (RFC 3112), which slapd knows by its module pw-sha2. One round will do: what is
 * hashed here is 256 random bits, and nobody's choice.
 */
export function hashed(password: string, salt: Buffer = randomBytes(16)): string {
  const digest = createHash('sha512').update(password).update(salt).digest();
  return `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`;
}
