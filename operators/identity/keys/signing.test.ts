import { createPrivateKey, createPublicKey, createSign, createVerify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeys } from './keys.ts';
import { rsaFromSeed } from './rsa.ts';
import { createSigningKeys, EPOCH, epochOf, nextEpoch, signingKey } from './signing.ts';

const keys = createKeys('a master key of more than 32 characters');

describe('a key from a seed', () => {
  it('is the same each time, and another for another seed', () => {
    const seed = Buffer.alloc(32, 7);
    expect(rsaFromSeed(seed)).toEqual(rsaFromSeed(seed));
    expect(rsaFromSeed(Buffer.alloc(32, 8)).n).not.toBe(rsaFromSeed(seed).n);
  });

  it('never becomes another by a change of this code', () => {
    expect(signingKey(keys, 600).kid).toBe('pIb6kb2hUuamnDer');
  });

  it('is a sound key of 2048 bits, that signs and verifies', () => {
    const jwk = rsaFromSeed(Buffer.alloc(32, 1));
    const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    expect(key.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n });
    const signature = createSign('sha256').update('a token').sign(key);
    expect(createVerify('sha256').update('a token').verify(createPublicKey(key), signature)).toBe(true);
    expect(createVerify('sha256').update('another').verify(createPublicKey(key), signature)).toBe(false);
    const exported = key.export({ format: 'jwk' });
    expect(exported).toEqual(jwk);
  });
});

describe('the keys of an epoch', () => {
  const now = Date.UTC(2026, 5, 1);

  it('are published before they sign, and after', { timeout: 30_000 }, () => {
    const signingKeys = createSigningKeys(keys);
    const kids = (at: number) => signingKeys(at).map(({ kid }) => kid);
    const [signing, next, last] = kids(now);
    expect(kids(now + EPOCH)).toEqual([next, expect.any(String), signing]);
    expect(kids(now - EPOCH)[0]).toBe(last);
    expect(new Set(kids(now)).size).toBe(3);
  });

  it('change with the epoch and not before', () => {
    expect(epochOf(nextEpoch(now))).toBe(epochOf(now) + 1);
    expect(epochOf(nextEpoch(now) - 1)).toBe(epochOf(now));
  });

  it('are nobody else’s', () => {
    const others = createKeys('another master key of over 32 characters');
    expect(signingKey(others, 1).n).not.toBe(signingKey(keys, 1).n);
  });
});
