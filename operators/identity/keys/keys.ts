import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a derived key is for; each purpose has a key of its own. */
type Purpose =
  | 'seal'
  | 'ticket'
  | 'artefact'
  | 'recovery-code'
  | 'host-cookie'
  | 'oidc-cookie'
  | 'directory'
  | 'signing';

/** The keys of the process: all derived from one (HKDF, RFC 5869), so that none is ever stored, and none can be lost. */
export interface Keys {
  /** 32 bytes, always the same for the same purpose and label. */
  derive(purpose: Purpose, label?: string): Buffer;
  /** A keyed digest (HMAC-SHA256), hexadecimal. */
  mac(purpose: Purpose, ...parts: readonly string[]): string;
}

/** The fewest characters that a master key may have: fewer are not random enough. */
export const SHORTEST_KEY = 32;

/** Derives keys from HEARTH_IDENTITY_KEY. */
export function createKeys(master: string): Keys {
  const derive = (purpose: Purpose, label = '') =>
    Buffer.from(hkdfSync('sha256', master, 'hearth-identity', `${purpose}/${label}`, 32));
  const known = new Map<Purpose, Buffer>();
  const keyOf = (purpose: Purpose) => {
    const key = known.get(purpose) ?? derive(purpose);
    known.set(purpose, key);
    return key;
  };
  return {
    derive,
    mac: (purpose, ...parts) =>
      createHmac('sha256', keyOf(purpose)).update(JSON.stringify(parts)).digest('hex'),
  };
}

/** SHA-256, hexadecimal: for what is random enough that nobody can guess it from its digest. */
export const digest = (value: string): string => createHash('sha256').update(value).digest('hex');

/** Whether two texts are the same; takes as long for any two of one length. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
