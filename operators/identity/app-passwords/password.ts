import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_LENGTH = 4;
const SALT_BYTES = 16;
/** The largest multiple of the alphabet's length that a byte can be below: others would make some letters likelier. */
const FAIR = 256 - (256 % ALPHABET.length);

/** A password for one app, of almost 100 random bits: `k7mq-w3xz-…`. People copy it once, so it is easy to read. */
export function appPassword(random: (bytes: number) => Buffer): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP_LENGTH) {
    const [byte = 255] = random(1);
    if (byte < FAIR) letters.push(ALPHABET.charAt(byte % ALPHABET.length));
  }
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}

/**
 * A password as the directory keeps it: salted SHA-512, `{SSHA512}` (slapd's pw-sha2). A slow hash would add nothing:
 * nobody can try all passwords of 100 random bits.
 */
export function directoryHash(password: string, random: (bytes: number) => Buffer): string {
  const salt = random(SALT_BYTES);
  const digest = createHash('sha512').update(password).update(salt).digest();
  return `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`;
}
