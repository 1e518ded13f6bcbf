import { createHash } from 'node:crypto';
import type { Instant } from '../store/records.ts';
import type { Keys } from './keys.ts';
import { type RsaJwk, rsaFromSeed } from './rsa.ts';

/** A key that signs tokens, as OpenID Connect names it. */
export interface SigningKey extends RsaJwk {
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** How long one key signs. No session, and so no token, lives longer (`LONGEST`). */
export const EPOCH = 30 * 24 * 60 * 60_000;

/** The epoch of a point in time. */
export const epochOf = (now: Instant): number => Math.floor(now / EPOCH);

/** When the epoch after this point in time begins. */
export const nextEpoch = (now: Instant): Instant => (epochOf(now) + 1) * EPOCH;

/**
 * The key of an epoch. It follows from the master key alone: it is never stored, every replica has the same one
 * without asking, and a database restored from an old copy, or a new one, signs and verifies as before.
 */
export function signingKey(keys: Keys, epoch: number): SigningKey {
  const key = rsaFromSeed(keys.derive('signing', `rs256/${epoch}`));
  const kid = createHash('sha256').update(key.n).digest('base64url').slice(0, 16);
  return { ...key, kid, alg: 'RS256', use: 'sig' };
}

/**
 * The keys to publish at a point in time, the one that signs first: beside it the next, so that everyone has it before
 * it is used, and the one before, which verifies tokens for as long as they live. Each is made once.
 */
export function createSigningKeys(keys: Keys): (now: Instant) => readonly SigningKey[] {
  let made: ReadonlyMap<number, SigningKey> = new Map();
  return (now) => {
    const epochs = [0, 1, -1].map((offset) => epochOf(now) + offset);
    made = new Map(epochs.map((epoch) => [epoch, made.get(epoch) ?? signingKey(keys, epoch)]));
    return [...made.values()];
  };
}
