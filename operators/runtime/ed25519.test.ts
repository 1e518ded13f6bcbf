import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { ed25519PublicKey, verifyEd25519 } from './ed25519.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** RFC 8032, 7.1, test 2. */
const known = {
  secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  public: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  message: '72',
  signature:
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};

test('a signature of the standard is by the key of the standard', () => {
  const key = Buffer.concat([bytes('302e020100300506032b657004220420'), bytes(known.secret)]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  expect(Buffer.from(ed25519PublicKey(privateKey)).toString('hex')).toBe(known.public);
  expect(sign(null, bytes(known.message), privateKey).toString('hex')).toBe(known.signature);
  expect(verifyEd25519(bytes(known.public), bytes(known.message), bytes(known.signature))).toBe(true);
});

test('another message, another key or another signature is refused', () => {
  const { publicKey, message, signature } = {
    publicKey: bytes(known.public),
    message: bytes(known.message),
    signature: bytes(known.signature),
  };
  const other = ed25519PublicKey(generateKeyPairSync('ed25519').privateKey);
  expect(verifyEd25519(publicKey, bytes('73'), signature)).toBe(false);
  expect(verifyEd25519(other, message, signature)).toBe(false);
  expect(verifyEd25519(publicKey, message, signature.toReversed())).toBe(false);
});

test('a key of another kind has no such public key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => ed25519PublicKey(privateKey)).toThrow('Ed25519 key is needed, this one is ec');
});
