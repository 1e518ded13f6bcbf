import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '@hearth/domain';
import { expect, test } from 'vitest';
import { readKeys } from './keys.ts';
import { makeCheckpoint } from './log/checkpoint.ts';
import { proofCrypto } from './log/sign.ts';
import { testFolder } from './log/testing/folder.ts';
import { record, testLog } from './log/testing/logs.ts';

const pemOf = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' });

/** A folder as the kubelet fills it. */
function mounted(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = testFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
const good = () => ({
  'checkpoint.pem': pemOf(generateKeyPairSync('ed25519').privateKey),
  salt: 'a salt that nobody can guess, of 40 byte',
});

test('the key vouches for a log under a name of its own, the same after each start', async () => {
  const folder = mounted(good());
  const { log } = testLog();
  await record(log, 'abc');
  const note = await makeCheckpoint(log, (await readKeys(folder)).signer);
  const { signer, salt } = await readKeys(folder);
  expect(openCheckpoint(proofCrypto, note, signer.verifierKey)).toMatchObject({
    origin: signer.name,
    size: 3,
  });
  expect((await readKeys(mounted(good()))).signer.name).not.toBe(signer.name);
  expect(salt.toString()).toBe(good().salt);
});

test.each<[string, Readonly<Record<string, string | Buffer>>, string]>([
  ['no Secret', {}, "can't be read"],
  ['a salt that can be tried', { ...good(), salt: 'salty' }, 'salt has less than 32 bytes'],
  [
    'another kind of key',
    { ...good(), 'checkpoint.pem': pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) },
    'no Ed25519 key',
  ],
  ['half a key', { ...good(), 'checkpoint.pem': good()['checkpoint.pem'].slice(0, 50) }, 'no Ed25519 key'],
])('%s is told without a word of what is secret', async (_, files, said) => {
  const failure = await readKeys(mounted(files)).catch((error: Error) => error);
  expect(failure).toMatchObject({ message: expect.stringContaining(said) });
  const { message, cause } = failure as Error;
  for (const content of Object.values(files))
    expect(`${message}${cause}`).not.toContain(content.slice(0, 20));
});
