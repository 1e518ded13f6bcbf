import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { inBase64, nioPin } from './pin.ts';

const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

test('the first key that is met is the only one from then on', async () => {
  await using folder = await scratchFolder();
  const pin = nioPin(folder.path, undefined);
  expect(await pin.known()).toBeUndefined();
  await Promise.all([pin.met(one.toString('base64')), pin.met(one.toString('base64'))]);
  expect(await pin.known()).toBe(one.toString('base64'));
  expect(await nioPin(folder.path, undefined).known()).toBe(one.toString('base64'));
});

test('a key that is given comes before one that was met', async () => {
  await using folder = await scratchFolder();
  await nioPin(folder.path, undefined).met(one.toString('base64'));
  expect(await nioPin(folder.path, other.toString('hex')).known()).toBe(other.toString('base64'));
});

test('a key that is vouched for takes the place of one that was only met, for good', async () => {
  await using folder = await scratchFolder();
  const pin = nioPin(folder.path, undefined);
  await pin.met(one.toString('base64'));
  expect(pin.isVouched()).toBe(false);
  pin.vouch(other.toString('base64'));
  // An answer that was on its way.
  await pin.met(one.toString('base64'));
  expect([pin.isVouched(), await pin.known()]).toEqual([true, other.toString('base64')]);
  await pin.met(other.toString('base64'));
  expect(await nioPin(folder.path, undefined).known()).toBe(other.toString('base64'));
});

test.each(['hex', 'base64', 'base64url'] as const)('a key is read as %s', (encoding) => {
  const key = Buffer.from('fb'.repeat(32), 'hex');
  expect(inBase64(key.toString(encoding))).toBe(key.toString('base64'));
});

test.each(['', 'abc', 'zz'.repeat(32)])('“%s” is no key', (text) => {
  expect(() => inBase64(text)).toThrow('is no SHA-256');
});
