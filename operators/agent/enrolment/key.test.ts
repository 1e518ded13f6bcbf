import { createPublicKey, verify } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { KEY_FILE, machineKey } from './key.ts';

test('a key is made once, for root alone, and found again', async () => {
  await using folder = await scratchFolder();
  const made = await Promise.all([machineKey(folder.path), machineKey(folder.path), machineKey(folder.path)]);
  expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(1);
  expect((await machineKey(folder.path)).publicKey).toBe(made[0]?.publicKey);
  expect((await stat(join(folder.path, KEY_FILE))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual([KEY_FILE]);
});

test('a key signs what its public half verifies', async () => {
  await using folder = await scratchFolder();
  const key = await machineKey(folder.path);
  const info = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.raw]);
  const publicKey = createPublicKey({ key: info, type: 'spki', format: 'der' });
  expect(verify(null, Buffer.from('text'), publicKey, Buffer.from(key.sign('text'), 'base64'))).toBe(true);
  expect(key.publicKey).toBe(key.raw.toString('base64'));
});

test('a key that is damaged is not replaced', async () => {
  await using folder = await scratchFolder();
  await writeFile(join(folder.path, KEY_FILE), 'nonsense');
  await expect(machineKey(folder.path)).rejects.toThrow('is no key');
});
