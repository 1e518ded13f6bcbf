import { randomBytes } from 'node:crypto';

/** A password of 192 random bits, in characters that need no escaping in a URL, a shell or an INI file. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Whether a password found in a Secret can be given to a role. Printable ASCII only: it is what every client
 * hashes alike (SASLprep, RFC 4013, leaves it as it is).
 */
export function isUsablePassword(password: string | undefined): password is string {
  return password !== undefined && /^[!-~]{8,256}$/.test(password);
}
