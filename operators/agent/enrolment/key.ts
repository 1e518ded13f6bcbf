import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../journal/durable-file.ts';

/** The key by which a machine is known. */
export interface MachineKey {
  /** The 32 bytes of the public half. */
  readonly raw: Buffer;
  /** In base64, as `status.publicKey` has it. */
  readonly publicKey: string;
  sign(text: string): string;
}

/** Where the key lies in the state folder. */
export const KEY_FILE = 'machine-key.pem';

/** Reads the machine's key, or makes it: once, whoever else is making one at the same moment. */
export async function machineKey(state: string): Promise<MachineKey> {
  const path = join(state, KEY_FILE);
  const found = await readKey(path);
  if (found) return keyOf(found);
  await mkdir(state, { recursive: true, mode: 0o700 });
  await createOnce(path, generateKeyPairSync('ed25519').privateKey);
  const key = await readKey(path);
  if (!key) throw new Error(`${path} was made, and is not there`);
  return keyOf(key);
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  try {
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(
      `${path} is no key (${String(error)}). Without its key this machine is a stranger: restore it, or remove the file ` +
        'and approve the machine anew',
      { cause: error },
    );
  }
}

/** A link to a whole file: it comes to be at once, and only where there was none. */
async function createOnce(path: string, key: KeyObject): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(key.export({ type: 'pkcs8', format: 'pem' }));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(join(path, '..'));
}

function keyOf(privateKey: KeyObject): MachineKey {
  // A SubjectPublicKeyInfo of Ed25519 (RFC 8410) is twelve bytes that say so, and the key.
  const raw = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    raw,
    publicKey: raw.toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  };
}
